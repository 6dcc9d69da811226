"""The status page: every device and process, why it is bad, what to do; today's numbers."""
