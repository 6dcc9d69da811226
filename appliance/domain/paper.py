"""What the server knows of a slip. The agent's ledger is the truth after `queued`.

queued ─► sending ─► sent ─► printed | unconfirmed | unknown
   │         └─────────────► unknown | failed
   └► expired | failed
any final state ─► superseded (a reprint took its place, or staff withdrew the slip); so does a
queued one that was not handed out yet, when another printer takes it over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PULL_LIMIT_MS = 15_000


class PaperState(StrEnum):
    """How far a slip came."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


P = PaperState
ON_PAPER = frozenset({P.PRINTED, P.UNCONFIRMED})
FINAL = frozenset({P.PRINTED, P.UNCONFIRMED, P.UNKNOWN, P.FAILED, P.EXPIRED, P.SUPERSEDED})


@dataclass(frozen=True)
class PrintJob:
    """One slip to be printed; `rev` 0 is the server's own word, above it the agent's.

    A ticket has at most one job that is not superseded. `reprint` marks the slip as a repeat.
    """

    id: int
    ticket_id: int
    printer: str
    state: PaperState
    rev: int
    reason: str
    queued_seq: int
    queued_at: datetime
    queued_mono_ms: int
    boot_id: str
    reprint: bool = False
    superseded_seq: int | None = None


def age_ms(job: PrintJob, mono_ms: int, boot: str) -> int | None:
    """Return how old the job is in real milliseconds; None if the machine was restarted since."""
    return mono_ms - job.queued_mono_ms if boot == job.boot_id else None


def accepts(job: PrintJob, rev: int) -> bool:
    """Return whether a report of revision `rev` is news: later than what is mirrored."""
    return rev > job.rev and job.state is not P.SUPERSEDED
