"""The lab: the virtual hardware of the demo, on one page."""
