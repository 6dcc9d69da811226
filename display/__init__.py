"""Every screen, the API and the live channel; Flask lives here alone."""
