"""The only place that builds concrete objects from the configuration."""
