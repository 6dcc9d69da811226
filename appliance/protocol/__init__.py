"""The messages between the programs, as pydantic models with versions."""
