"""Bring a database to the newest shape: ``python -m appliance.storage.migrate FILE``.

A process of its own, run before the server: alembic and the ORM that it imports would cost the
server 35 MB for work that is done once.
"""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from appliance.errors import Unavailable

_SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(path: Path, revision: str = "head") -> None:
    """Create or upgrade the database file.

    Raises Unavailable("storage_failed") where the file refuses, or is of a program newer than this.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        command.upgrade(config(path), revision)
    except CommandError as exc:
        raise Unavailable("storage_failed", reason=str(exc)) from exc


def config(path: Path) -> Config:
    """Return alembic's configuration for this file."""
    result = Config()
    result.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    result.attributes["path"] = path
    return result


if __name__ == "__main__":
    upgrade(Path(sys.argv[1]))
