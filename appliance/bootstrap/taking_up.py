"""The server takes its database up: at once, or as soon as a damaged or full disk lets it."""

from __future__ import annotations

import subprocess
import sys
import time

from appliance.errors import Unavailable
from appliance.essential import Tries, start_essential
from appliance.usecases.configure import note_configuration
from appliance.usecases.context import Context

TRY_AGAIN_S = 2.0
# Alembic costs a Pi a second of work: it is not asked as often.
UPGRADE_AGAIN_S = 30.0


def take_up(ctx: Context, settings: str) -> None:
    """Note the effective configuration; where the file refuses, try again in the background.

    A restart mends no file: the server stays, answers what it can and tells the rest. Of a
    database that could not be brought to the newest shape nothing is read or written.
    """
    tries = Tries("start")
    if not _done(ctx, settings, tries):
        start_essential("start", lambda: _until_done(ctx, settings, tries))


def _until_done(ctx: Context, settings: str, tries: Tries) -> None:
    upgraded_s = time.monotonic()
    while not _done(ctx, settings, tries):
        time.sleep(TRY_AGAIN_S)
        if not ctx.db.fit and time.monotonic() - upgraded_s >= UPGRADE_AGAIN_S:
            with tries.at("upgrade"):
                upgrade_again()
            upgraded_s = time.monotonic()


def upgrade_again() -> None:
    """Do what precedes every start once more; raises Unavailable("storage_failed")."""
    command = [sys.executable, "-m", "appliance.bootstrap.first_start"]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        raise Unavailable("storage_failed", reason=said[-1])


def _done(ctx: Context, settings: str, tries: Tries) -> bool:
    refused = True
    with tries.at("configuration"):
        note_configuration(ctx, settings)
        refused = False
    return not refused
