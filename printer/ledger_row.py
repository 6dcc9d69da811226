"""One job of the ledger, and the same as the columns of its table."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from printer.ledger_db import RawRow
from printer.states import FINAL, State


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One job as the ledger knows it; `rev` grows by one at every change."""

    job_id: str
    state: State
    rev: int
    reason: str
    slip: dict[str, Any]
    printer: str
    updated: str
    reported_rev: int = 0

    @property
    def final(self) -> bool:
        """True if nothing more will happen to it by itself."""
        return self.state in FINAL

    def moved(self, state: State, reason: str, stamp: str) -> LedgerRow:
        """Give the row of the job's next state."""
        return replace(self, state=state, rev=self.rev + 1, reason=reason, updated=stamp)


def to_raw(row: LedgerRow) -> RawRow:
    """Give the row's columns."""
    slip = json.dumps(row.slip, ensure_ascii=False, sort_keys=True)
    return (
        row.job_id,
        row.state.value,
        row.rev,
        row.reason,
        slip,
        row.printer,
        row.updated,
        row.reported_rev,
    )


def from_raw(raw: RawRow) -> LedgerRow:
    """Give the row of these columns."""
    job_id, state, rev, reason, slip, printer, updated, reported = raw
    return LedgerRow(
        job_id, State(state), rev, reason, json.loads(slip), printer, updated, reported
    )
