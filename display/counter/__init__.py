"""The small screen at a counter."""
