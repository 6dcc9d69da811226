"""A whole day of an office, played through its real interfaces: ``moiso simulate-day``."""
