"""What really happened, from witnesses outside the programs that did it.

The database (read from a copy), the agent's journal, and the simulated printer's own list of
slips are held against each other and against what citizens were promised.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.bootstrap.demo_panels import panels_folder
from appliance.bootstrap.files import DataFolder
from appliance.clock import DemoClock
from appliance.domain.paper import PULL_LIMIT_MS
from appliance.simulation.people import Promises
from appliance.simulation.rating_evidence import Ratings, judge_day
from appliance.simulation.touches import Touches
from appliance.storage.audit import audit
from appliance.storage.types import from_iso

ON_PAPER = ("printed", "unconfirmed", "unknown")
# Within this time a slip that was begun at the last moment is drawn, sent and cut; at the speed
# of the simulated printers, on a computer that is busy.
_MAKING_MS = 4_000


@dataclass(frozen=True)
class Slip:
    """A whole slip that a printer cut, by the mark of its job; the printer's own word."""

    fence: str
    cut_mono_s: float


@dataclass(frozen=True)
class Job:
    """A slip as the office's books have it."""

    state: str
    ticket_id: int
    queued_mono_ms: int


@dataclass(frozen=True)
class Outcome:
    """The day in numbers; `lost`, `doubled` and `late` must be 0, and `problems` empty.

    `calls` tells when each ticket was called last.
    """

    issued: int
    printed: int
    on_screen: int
    called: int
    served: int
    absent: int
    waiting: int
    wait_p50_s: float
    wait_p90_s: float
    lost: int
    doubled: int
    late: int
    days: int
    ratings: Ratings
    calls: Mapping[int, datetime]
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Return whether nothing was lost, doubled or late, and the database is sound."""
        return not (self.lost or self.doubled or self.late or self.problems)


def gather(
    data: DataFolder,
    printer_http_ports: Iterable[int],
    promises: Promises,
    touches: Touches,
    windows: Sequence[tuple[datetime, datetime]],
    clock: DemoClock,
) -> Outcome:
    """Return what the witnesses say; the office may still be running."""
    found = audit(data.database)
    with closing(sqlite3.connect(f"file:{data.database}?mode=ro", uri=True)) as db:
        tickets = db.execute(
            "SELECT request_id, label, state, issued_at, called_at, day, id FROM tickets"
        ).fetchall()
        jobs = read_jobs(db)
        events = Counter(
            key for (key,) in db.execute("SELECT request_id FROM events") if key is not None
        )
    ratings = judge_day(
        data.database,
        panels_folder(data).path / "agent.sqlite",
        found.rules,
        touches,
        promises.turns,
        windows,
        clock,
    )
    labels = {row[0]: row[1] for row in tickets}
    slips = [slip for port in printer_http_ports for slip in read_slips(port)]
    # One ticket on two printers, or twice by two jobs, is doubled as well.
    per_ticket: Counter[object] = Counter(
        jobs[slip.fence].ticket_id if slip.fence in jobs else slip.fence for slip in slips
    )
    waits = [_seconds(row[3], row[4]) for row in tickets if row[4]]
    return Outcome(
        issued=len(tickets),
        printed=len(slips),
        on_screen=sum(job.state not in (*ON_PAPER[:2], "superseded") for job in jobs.values()),
        called=sum(row[4] is not None for row in tickets),
        served=sum(row[2] == "finished" for row in tickets),
        absent=sum(row[2] == "absent" for row in tickets),
        waiting=sum(row[2] in ("waiting", "expired") for row in tickets),
        wait_p50_s=_quantile(waits, 0.5),
        wait_p90_s=_quantile(waits, 0.9),
        lost=_lost(promises, labels, events, _journals(data)) + ratings.lost,
        doubled=sum(count - 1 for count in per_ticket.values())
        + len(tickets)
        - len({(row[5], row[1]) for row in tickets})
        + ratings.doubled,
        late=sum(is_late(slip, jobs.get(slip.fence)) for slip in slips),
        days=len({row[5] for row in tickets}),
        ratings=ratings,
        calls={row[6]: from_iso(row[4]) for row in tickets if row[4]},
        problems=found.problems + ratings.problems,
    )


def open_ends(data: DataFolder) -> int:
    """Return how many slips and presses still wait for a word, so that one knows when to look."""
    with closing(sqlite3.connect(f"file:{data.database}?mode=ro", uri=True)) as db:
        queued = db.execute("SELECT count(*) FROM print_jobs WHERE state = 'queued'").fetchone()[0]
        told = {key for (key,) in db.execute("SELECT request_id FROM events")}
    waiting = [key for key in _journals(data) if key not in told]
    return int(queued) + len(waiting)


def _lost(
    promises: Promises, labels: dict[str, str], events: Counter[str], journal: list[str]
) -> int:
    """Count promises without a trace: answers without their ticket, lights without an event."""
    answers = [key for key, label in promises.answered.items() if labels.get(key) != label]
    lights = [key for key in journal if events[key] != 1]
    return len(answers) + len(lights)


def _journals(data: DataFolder) -> list[str]:
    """Return what lights have acknowledged: the kiosk's buttons and the panels'."""
    return [
        key
        for folder in (data, panels_folder(data))
        for key in _journal(folder.path / "agent.sqlite")
    ]


def _journal(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [key for (key,) in db.execute("SELECT request_id FROM press")]


def read_jobs(db: sqlite3.Connection) -> dict[str, Job]:
    """Return all jobs by the marks that their slips bear."""
    rows = db.execute("SELECT id, state, ticket_id, queued_mono_ms FROM print_jobs")
    return {_fence(str(row[0])): Job(*row[1:]) for row in rows}


def read_slips(port: int) -> list[Slip]:
    """Return the whole slips that a simulated printer says it cut."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
        link.request("GET", "/state")
        state: dict[str, Any] = json.loads(link.getresponse().read())
    return [Slip(slip["fence"], slip["cut_mono_s"]) for slip in state["slips"] if slip["complete"]]


def is_late(slip: Slip, job: Job | None) -> bool:
    """Return whether a slip came out when nobody waited for it any more.

    The books may say so themselves: it was given up, or nobody queued it. Else the printer's
    clock tells, which on one machine is the office's own, and runs at the true speed.
    """
    if job is None or job.state not in ON_PAPER:
        return True
    return slip.cut_mono_s * 1000 - job.queued_mono_ms > PULL_LIMIT_MS + _MAKING_MS


def _fence(job_id: str) -> str:
    from printer.escpos import fence_id

    return fence_id(job_id).hex()


def _seconds(start: str, end: str) -> float:
    return (from_iso(end) - from_iso(start)).total_seconds()


def _quantile(values: list[float], share: float) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]
