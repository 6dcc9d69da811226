"""Which moiso this is."""

from __future__ import annotations

from functools import cache
from importlib import metadata

UNINSTALLED = "0.1.0"


@cache
def version() -> str:
    """Return the installed version; a checkout that is only linked tells the project's own."""
    try:
        return metadata.version("moiso")
    except metadata.PackageNotFoundError:
        return UNINSTALLED
