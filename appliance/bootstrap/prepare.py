"""Make a data folder ready: ``python -m appliance.bootstrap.prepare [--demo]``.

A process of its own, before server and agent: it migrates the database, gives this machine's
agent its token, and in the demo makes the clearly marked accounts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.bootstrap.demo_panels import NAME, panels_folder
from appliance.bootstrap.files import DataFolder, data_folder, write_private
from appliance.bootstrap.lab import DEMO_ACCOUNTS
from appliance.bootstrap.program import unreadable_as_code
from appliance.bootstrap.server import build_context
from appliance.clock import SystemClock
from appliance.config import Config, load
from appliance.domain.people import Role
from appliance.storage.migrate import upgrade
from appliance.usecases import accounts, devices
from appliance.usecases.context import Context


def prepare(data: DataFolder, config: Config, *, demo: bool) -> None:
    """Bring the folder to the state in which server and agent can start; safe to repeat."""
    data.create()
    upgrade(data.database)
    ctx = build_context(config, data.database, SystemClock())
    try:
        _agent_token(ctx, data, config.agent.name)
        if demo:
            _agent_token(ctx, panels_folder(data), NAME)
        if demo and not accounts.any_account(ctx):
            for account in DEMO_ACCOUNTS:
                accounts.add_account(
                    ctx, account.username, account.password, Role(account.role), actor="demo"
                )
    finally:
        ctx.db.close()


def _agent_token(ctx: Context, data: DataFolder, name: str) -> None:
    """Write `agent.token`, unless the one that lies there is still good for this name.

    The server knows an agent by its token: with the one of a former name it would be sent that
    agent's slips and not its own. Nobody else holds that token: it is taken back.
    """
    data.create()
    path = data.agent_token
    held = devices.who(ctx, path.read_text().strip()) if path.exists() else None
    if held is not None and (held.kind, held.name) == ("agent", name):
        return
    if held is not None:
        devices.revoke(ctx, held.id, actor="local")
    token = devices.new_token()
    devices.pair(ctx, "agent", name, token, actor="local")
    write_private(path, token)


if __name__ == "__main__":
    folder = data_folder(os.environ)
    named = os.environ.get("MOISO_CONFIG")
    settings = load(Path(named) if named else folder.config, os.environ)
    with unreadable_as_code(folder.database):
        prepare(folder, settings, demo="--demo" in sys.argv[1:])
