"""What must be done before every start: ``python -m appliance.bootstrap.first_start``.

Brings the database to its newest shape, and while nobody has an account prints the one-time code
for the first administrator. A process of its own: alembic and the code of the pages would cost
the server's main process 30 MB for as long as it lives.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.bootstrap.files import DataFolder, data_folder
from appliance.bootstrap.program import unreadable_as_code
from appliance.bootstrap.server import build_context
from appliance.clock import SystemClock
from appliance.config import Config, load
from appliance.storage.migrate import upgrade
from appliance.usecases import accounts
from display.setup_code import SetupCode


def first_start(data: DataFolder, config: Config) -> str | None:
    """Migrate the database; return the one-time code while there is no account, else None."""
    upgrade(data.database)
    ctx = build_context(config, data.database, SystemClock())
    try:
        code = SetupCode(data.setup_code)
        if accounts.any_account(ctx):
            code.used()
            return None
        return code.offer()
    finally:
        ctx.db.close()


if __name__ == "__main__":
    named = os.environ.get("MOISO_CONFIG")
    folder = data_folder(os.environ)
    settings = load(Path(named) if named else folder.config, os.environ)
    with unreadable_as_code(folder.database):
        offered = first_start(folder, settings)
    if offered is not None:
        url = f"http://127.0.0.1:{settings.server.port}/setup"
        sys.stdout.write(
            f"moiso: no account yet. Open {url} and enter this one-time code: {offered}\n"
        )
