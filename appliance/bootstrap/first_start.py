"""The first start of an office: nobody has an account, so a one-time code is offered."""

from __future__ import annotations

from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.server import build_context
from appliance.clock import SystemClock
from appliance.config import Config
from appliance.usecases import accounts
from display.setup_code import SetupCode


def setup_code_if_needed(config: Config, data: DataFolder) -> str | None:
    """Return the one-time code while there is no account; None, and no code, afterwards."""
    ctx = build_context(config, data.database, SystemClock())
    try:
        code = SetupCode(data.setup_code)
        if accounts.any_account(ctx):
            code.used()
            return None
        return code.offer()
    finally:
        ctx.db.close()
