"""Memory: the proportional set size of each program, at rest and after work."""

from __future__ import annotations

import time

from appliance.bootstrap.server import build_context
from appliance.clock import SystemClock
from appliance.usecases import devices
from tools.bench.figures import Row
from tools.bench.issuing import UNLIMITED
from tools.bench.plan import Plan
from tools.bench.press import PRINTER_SPEED
from tools.bench.processes import own_pss_mb, pss_mb
from tools.bench.screens import Hall
from tools.office.programs import KIOSK, Office, running

GROUP = "memory"
WORKER_MB, AGENT_MB, ALL_MB = 75.0, 55.0, 130.0
_SERVICES = ("ho-tich", "chung-thuc", "dat-dai")
_BOARDS = 30


def measure(plan: Plan) -> list[Row]:
    """Return what server and agent of `moiso run` hold: at rest, and after printing.

    The demo's parts are not loaded, but the pins are virtual: gpiozero's own, without lgpio.
    """
    office = Office(plan.room("memory"), demo=False, speed=PRINTER_SPEED, env=UNLIMITED)
    tokens: dict[str, str] = {}

    def start() -> None:
        office.prepare()
        tokens.update(kiosk=_pair(office, "kiosk", KIOSK), board=_pair(office, "board", "main"))
        for program in (office.printer, office.server, office.agent):
            program.start()
        office.wait_printer("ok")

    with running(office, start):
        time.sleep(plan.some(3, 1))
        rows = _rows(office, "at rest after the start")
        for turn in range(plan.some(60, 3)):
            office.take(tokens["kiosk"], _SERVICES[turn % len(_SERVICES)])
            office.wait_printed(turn + 1)
        time.sleep(1)
        rows += _rows(office, "after printing")
        with Hall(office.port, tokens["board"], _BOARDS):
            # Beyond the budget's case, an office at rest; each program's own budget holds here too.
            rows += _rows(office, f"with {_BOARDS} boards open", all_mb=None)
        simulator = pss_mb(office.printer.pids())
    rows.append(Row(GROUP, "simulated printer, not counted", simulator, "MB"))
    return rows


def _pair(office: Office, kind: str, name: str) -> str:
    ctx = build_context(office.config(), office.data.database, SystemClock())
    token = devices.new_token()
    try:
        devices.pair(ctx, kind, name, token, actor="bench")
    finally:
        ctx.db.close()
    return token


def _rows(office: Office, when: str, all_mb: float | None = ALL_MB) -> list[Row]:
    groups = _groups(office)
    size = own_pss_mb(groups)
    together = [pid for pids in groups.values() for pid in pids]
    parts = [
        ("server's worker", size["worker"], WORKER_MB),
        ("server's main process", size["main"], None),
        ("agent", size["agent"], AGENT_MB),
        ("all of these", sum(size.values()), all_mb),
        ("all of these, the kernel's PSS", pss_mb(together), None),
    ]
    return [Row(GROUP, f"{who}, {when}", mb, "MB", budget=budget) for who, mb, budget in parts]


def _groups(office: Office) -> dict[str, list[int]]:
    """Return the processes of the office; the main one of gunicorn has started the worker."""
    assert office.server.process is not None
    main = office.server.process.pid
    workers = [pid for pid in office.server.pids() if pid != main]
    return {"main": [main], "worker": workers, "agent": office.agent.pids()}
