"""A ticket: over HTTP with one and with eight clients, and the use case alone."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from appliance.bootstrap.server import build_context
from appliance.clock import demo_clock_from_env
from appliance.config import load, sample_path
from appliance.usecases.issue import issue
from tools.bench.figures import Row, median, percentile
from tools.bench.floors import Wire, bare_database, commits_ms
from tools.bench.plan import Plan
from tools.office.programs import DEMO_CLOCK, KIOSK, Office, request_id, running

GROUP = "ticket"
UNLIMITED = {"MOISO_LIMITS__TICKETS_PER_DEVICE": "100000 per 1 second"}
_MANY = 8
_SERVICES = [service.code for service in load(sample_path(), {}).services]


@dataclass(frozen=True)
class Times:
    """Median over the rounds of each round's p50, p99 and rate."""

    p50_ms: float
    p99_ms: float
    per_s: float


def measure(plan: Plan) -> list[Row]:
    """Return the figures of issuing."""
    # A server each, since jobs that nobody pulls expire after 15 s, which is work of its own.
    runs = [(1, _MANY)] if plan.quick else [(1,), (_MANY,)]
    return [row for run in runs for row in _on_a_server(plan, run)] + _use_case(plan)


def _on_a_server(plan: Plan, run: tuple[int, ...]) -> list[Row]:
    """Measure with so many clients, one number after the other.

    No agent runs: it would print thousands of slips meanwhile. The print job is queued in the
    ticket's transaction all the same.
    """
    office = Office(plan.room(f"http{run[0]}"), env=UNLIMITED)

    def start() -> None:
        office.prepare()
        office.server.start()
        office.wait_served()

    with running(office, start):
        return [row for clients in run for row in _over_http(plan, office, clients)]


def _over_http(plan: Plan, office: Office, clients: int) -> list[Row]:
    rounds, each = plan.some(5, 2), plan.some(150 if clients == 1 else 40, 25)
    with bare_database(office.folder / f"bare{clients}.sqlite") as db:
        token = office.screen_token("kiosk", KIOSK)
        _load(office.port, token, clients, 10, _take)  # every thread and connection is warm
        taken, looked, stored = [], [], []
        for _ in range(rounds):
            looked.append(_load(office.port, token, clients, each, _look))
            stored.append(_times(commits_ms(db, each)))
            taken.append(_load(office.port, token, clients, each, _take))
    ticket, floor, disk = _middle(taken), _middle(looked), _middle(stored)
    who = "1 client" if clients == 1 else f"{clients} clients"
    http = "GET /healthz"
    return [
        Row(GROUP, f"POST, {who}, p50", ticket.p50_ms, "ms", floor.p50_ms, http),
        Row(GROUP, f"POST, {who}, p99", ticket.p99_ms, "ms", floor.p99_ms, http),
        Row(GROUP, f"POST, {who}, rate", ticket.per_s, "/s", floor.per_s, http),
        Row(GROUP, f"POST, {who}, rate, disk", ticket.per_s, "/s", disk.per_s, "sqlite3 commit"),
    ]


def _use_case(plan: Plan) -> list[Row]:
    rounds, each = plan.some(5, 2), plan.some(150, 25)
    folder = plan.room("usecase")
    database = folder / "office.sqlite"
    migrate = [sys.executable, "-m", "appliance.storage.migrate", str(database)]
    subprocess.run(migrate, check=True, stdout=subprocess.DEVNULL)
    clock = demo_clock_from_env(DEMO_CLOCK)
    ctx = build_context(load(sample_path(), {}), database, clock)
    services = itertools.cycle(_SERVICES)

    def take(count: int) -> list[float]:
        times = []
        for _ in range(count):
            begun_s = time.perf_counter()
            issue(
                ctx,
                next(services),
                priority=False,
                kiosk=KIOSK,
                request_id=request_id(),
                actor="bench",
            )
            times.append((time.perf_counter() - begun_s) * 1000)
        return times

    try:
        with bare_database(folder / "bare.sqlite") as db:
            take(10)
            taken, stored = [], []
            for _ in range(rounds):
                stored.append(_times(commits_ms(db, each)))
                taken.append(_times(take(each)))
    finally:
        ctx.db.close()
    ticket, disk = _middle(taken), _middle(stored)
    what = "use case alone"
    return [
        Row(GROUP, f"{what}, p50", ticket.p50_ms, "ms", disk.p50_ms, "sqlite3 commit"),
        Row(GROUP, f"{what}, p99", ticket.p99_ms, "ms", disk.p99_ms, "sqlite3 commit"),
    ]


def _load(
    port: int, token: str, clients: int, each: int, once: Callable[[Wire, int], float]
) -> Times:
    """Let every client ask `each` times, all at once, each on a connection of its own."""

    def client(number: int) -> list[float]:
        with Wire(port, token) as wire:
            return [once(wire, number + turn) for turn in range(each)]

    begun_s = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = [took for times in pool.map(client, range(clients)) for took in times]
    return _times(found, time.perf_counter() - begun_s)


def _look(wire: Wire, _turn: int) -> float:
    return wire.healthz_ms()


def _take(wire: Wire, turn: int) -> float:
    return wire.issue_ms(_SERVICES[turn % len(_SERVICES)])


def _times(found: list[float], took_s: float | None = None) -> Times:
    seconds = sum(found) / 1000 if took_s is None else took_s
    return Times(percentile(found, 0.5), percentile(found, 0.99), len(found) / seconds)


def _middle(rounds: list[Times]) -> Times:
    return Times(
        median(one.p50_ms for one in rounds),
        median(one.p99_ms for one in rounds),
        median(one.per_s for one in rounds),
    )
