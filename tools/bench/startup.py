"""From nothing to the first ticket: how long an office stands still after a restart."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time

from tools.bench.figures import Row, median
from tools.bench.plan import Plan
from tools.office.program import ROOT
from tools.office.programs import KIOSK, Office, request_id, running, wait_for
from tools.office.web import ask

GROUP = "start"
_SERVICE = "ho-tich"
_IMPORT = "import appliance.bootstrap.server"


def measure(plan: Plan) -> list[Row]:
    """Return the time of a restart, and of a first start on a new data folder."""
    again, cold, bare = [], [], []
    for turn in range(plan.some(4, 1)):
        office = Office(plan.room(f"start{turn}"))
        took_s, token = _first_start(office)
        cold.append(took_s)
        again.append(_restart_s(office, token))
        bare.append(_import_s(office))
    what = "the server's imports alone"
    return [
        Row(GROUP, "restart to first ticket", median(again), "s", median(bare), what),
        Row(GROUP, "new data folder to first ticket", median(cold), "s", median(bare), what),
    ]


def _first_start(office: Office) -> tuple[float, str]:
    """Return the time with the making of the folder and of a screen's token, and the token."""
    begun_s = time.perf_counter()

    def start() -> None:
        office.prepare()
        _start_both(office)

    with running(office, start):
        token = wait_for(lambda: _token(office), "a screen is let in")
        wait_for(lambda: _has_ticket(office, token), "the first ticket")
        return time.perf_counter() - begun_s, token


def _restart_s(office: Office, token: str) -> float:
    begun_s = time.perf_counter()
    with running(office, lambda: _start_both(office)):
        wait_for(lambda: _has_ticket(office, token), "the first ticket")
        return time.perf_counter() - begun_s


def _start_both(office: Office) -> None:
    office.server.start()
    office.agent.start()


def _token(office: Office) -> str:
    try:
        return office.screen_token("kiosk", KIOSK)
    except (OSError, http.client.HTTPException):
        return ""


def _has_ticket(office: Office, token: str) -> bool:
    body = {"service": _SERVICE, "request_id": request_id()}
    headers = {"Authorization": f"Bearer {token}"}
    try:
        return ask(office.port, "POST", "/api/v1/tickets", body, headers).status == 201
    except (OSError, http.client.HTTPException):
        return False


def _import_s(office: Office) -> float:
    begun_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", _IMPORT], env=office.env, cwd=ROOT, check=True)
    return time.perf_counter() - begun_s
