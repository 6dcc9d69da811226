"""The configuration: one TOML file, checked as a whole, with every error told at once."""

from appliance.config.load import load, sample_path
from appliance.config.schema import (
    AgentConfig,
    ButtonConfig,
    Config,
    PrinterConfig,
    ServerConfig,
)

__all__ = [
    "AgentConfig",
    "ButtonConfig",
    "Config",
    "PrinterConfig",
    "ServerConfig",
    "load",
    "sample_path",
]
