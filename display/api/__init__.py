"""The JSON API, version 1: one shape for answers, one for errors."""
