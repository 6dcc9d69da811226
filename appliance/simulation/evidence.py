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
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.bootstrap.demo_panels import panels_folder
from appliance.bootstrap.files import DataFolder
from appliance.clock import DemoClock
from appliance.simulation.people import Promises
from appliance.simulation.rating_evidence import Ratings, judge_day
from appliance.simulation.touches import Touches
from appliance.storage.audit import audit
from appliance.storage.types import from_iso

ON_PAPER = ("printed", "unconfirmed", "unknown")


@dataclass(frozen=True)
class Outcome:
    """The day in numbers; `lost`, `doubled` and `late` must be 0, and `problems` empty."""

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
            "SELECT request_id, label, state, issued_at, called_at, day FROM tickets"
        ).fetchall()
        jobs = db.execute("SELECT id, state, ticket_id FROM print_jobs").fetchall()
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
    slips = Counter(fence for port in printer_http_ports for fence in _slips(port))
    known = {_fence(str(job)): state for job, state, _ticket in jobs}
    ticket_of = {_fence(str(job)): ticket for job, _state, ticket in jobs}
    # One ticket on two printers, or twice by two jobs, is doubled as well.
    per_ticket: Counter[object] = Counter()
    for fence, number in slips.items():
        per_ticket[ticket_of.get(fence, fence)] += number
    waits = [_seconds(row[3], row[4]) for row in tickets if row[4]]
    return Outcome(
        issued=len(tickets),
        printed=sum(slips.values()),
        on_screen=sum(state not in (*ON_PAPER[:2], "superseded") for _, state, _ in jobs),
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
        late=sum(known.get(fence) not in ON_PAPER for fence in slips),
        days=len({row[5] for row in tickets}),
        ratings=ratings,
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


def _slips(port: int) -> list[str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
        link.request("GET", "/state")
        state: dict[str, Any] = json.loads(link.getresponse().read())
    return [slip["fence"] for slip in state["slips"] if slip["complete"]]


def _fence(job_id: str) -> str:
    from printer.escpos import fence_id

    return fence_id(job_id).hex()


def _seconds(start: str, end: str) -> float:
    return (from_iso(end) - from_iso(start)).total_seconds()


def _quantile(values: list[float], share: float) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]
