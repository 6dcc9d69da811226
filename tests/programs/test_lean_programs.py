"""What runs for years on a small Pi has loaded what it needs and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.programs import ROOT

MAIN = "appliance.bootstrap.program, appliance.bootstrap.serving, gunicorn.arbiter"
WORKER = "appliance.bootstrap.program, appliance.bootstrap.server"
AGENT = "appliance.bootstrap.program, appliance.bootstrap.agent"
# For the command line, for `moiso simulate-day` and for slips; nothing for a program at rest.
RARE = {"PIL", "alembic", "escpos.capabilities", "pygments", "rich", "structlog", "typer", "yaml"}


@pytest.mark.parametrize(
    ("program", "never"),
    [
        (MAIN, RARE | {"asyncio", "display", "flask", "jinja2", "pydantic", "sqlalchemy"}),
        (WORKER, RARE | {"gpiozero", "serial", "sqlalchemy.orm", "usb"}),
        (AGENT, RARE | {"asyncio", "display", "flask", "jinja2", "sqlalchemy"}),
    ],
    ids=["server's main process", "server's worker", "agent"],
)
def test_a_program_loads_only_what_it_needs(program, never):
    code = f"import sys, {program}; print(*sorted({never!r} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == []
