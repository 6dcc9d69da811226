"""Sign-in, first set-up, and the administration page."""
