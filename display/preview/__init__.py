"""The slip as it will be printed, for technicians."""
