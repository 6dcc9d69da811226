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
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.bootstrap.files import DataFolder
from appliance.simulation.people import Promises
from appliance.storage.audit import audit
from appliance.storage.types import from_iso

ON_PAPER = ("printed", "unconfirmed", "unknown")


@dataclass(frozen=True)
class Outcome:
    """The day in numbers; the last three must be 0, and `problems` empty."""

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
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Return whether nothing was lost, doubled or late, and the database is sound."""
        return not (self.lost or self.doubled or self.late or self.problems)


def gather(data: DataFolder, printer_http_ports: Iterable[int], promises: Promises) -> Outcome:
    """Return what the witnesses say; the office may still be running."""
    found = audit(data.database)
    with closing(sqlite3.connect(f"file:{data.database}?mode=ro", uri=True)) as db:
        tickets = db.execute(
            "SELECT request_id, label, state, issued_at, called_at FROM tickets"
        ).fetchall()
        papers = {str(key): state for key, state in db.execute("SELECT id, state FROM print_jobs")}
        events = Counter(
            key for (key,) in db.execute("SELECT request_id FROM events") if key is not None
        )
    labels = {row[0]: row[1] for row in tickets}
    slips = Counter(fence for port in printer_http_ports for fence in _slips(port))
    known = {_fence(job): state for job, state in papers.items()}
    waits = [_seconds(row[3], row[4]) for row in tickets if row[4]]
    return Outcome(
        issued=len(tickets),
        printed=sum(slips.values()),
        on_screen=sum(state not in ON_PAPER[:2] for state in papers.values()),
        called=sum(row[4] is not None for row in tickets),
        served=sum(row[2] == "finished" for row in tickets),
        absent=sum(row[2] == "absent" for row in tickets),
        waiting=sum(row[2] in ("waiting", "expired") for row in tickets),
        wait_p50_s=_quantile(waits, 0.5),
        wait_p90_s=_quantile(waits, 0.9),
        lost=_lost(promises, labels, events, _journal(data.path / "agent.sqlite")),
        doubled=sum(count - 1 for count in slips.values())
        + len(tickets)
        - len({row[1] for row in tickets}),
        late=sum(known.get(fence) not in ON_PAPER for fence in slips),
        problems=found.problems,
    )


def open_ends(data: DataFolder) -> int:
    """Return how many slips and presses still wait for a word, so that one knows when to look."""
    with closing(sqlite3.connect(f"file:{data.database}?mode=ro", uri=True)) as db:
        queued = db.execute("SELECT count(*) FROM print_jobs WHERE state = 'queued'").fetchone()[0]
        told = {key for (key,) in db.execute("SELECT request_id FROM events")}
    waiting = [key for key in _journal(data.path / "agent.sqlite") if key not in told]
    return int(queued) + len(waiting)


def _lost(
    promises: Promises, labels: dict[str, str], events: Counter[str], journal: list[str]
) -> int:
    """Count promises without a trace: answers without their ticket, lights without an event."""
    answers = [key for key, label in promises.answered.items() if labels.get(key) != label]
    lights = [key for key in journal if events[key] != 1]
    return len(answers) + len(lights)


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
