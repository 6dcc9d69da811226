"""Makes the clips of the voice."""
