"""``moiso day back``: the way out when a clock that was ahead has opened a day too early."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.server import build_context
from appliance.clock import Clock
from appliance.config import load
from appliance.errors import NotFound, Refused
from appliance.usecases.return_day import return_day
from display.texts import say, sentence


def go_back(
    data: DataFolder, config: Path | None, clock: Clock, lang: str, *, end_tickets: bool
) -> int:
    """Return to the clock's own day, print what was done or why not; return the exit code.

    The server may run meanwhile; its screens show the day within a second. Raises ConfigInvalid,
    NotFound("no_database"), Unavailable("storage_failed").
    """
    if not data.database.is_file():
        raise NotFound("no_database", path=str(data.database))
    ctx = build_context(load(config or data.config, os.environ), data.database, clock)
    try:
        done = return_day(ctx, end_tickets=end_tickets, actor="local")
    except Refused as exc:
        typer.echo(sentence(exc.key, exc.fields, lang), err=True)
        return 1
    finally:
        ctx.db.close()
    told = {"day": f"{done.day:%d/%m/%Y}", "instead_of": f"{done.instead_of:%d/%m/%Y}"}
    typer.echo(say("command.day_back", lang, ended=done.ended, **told))
    return 0
