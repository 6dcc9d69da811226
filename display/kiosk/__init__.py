"""The kiosk page."""
