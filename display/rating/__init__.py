"""The tablet on which a served citizen rates."""
