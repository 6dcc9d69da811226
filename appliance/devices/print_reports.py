"""The ends of print jobs on their way to the server: told until they were heard."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal, cast

from appliance import logs
from appliance.devices.desks import Desk, Desks
from appliance.devices.job_names import number_and_seal
from appliance.devices.reports import Outgoing
from appliance.protocol.agent import PrintRow, RowResult
from printer.ledger import LedgerRow, State

EndState = Literal["printed", "unconfirmed", "unknown", "failed", "expired"]

ENDS = frozenset({State.PRINTED, State.UNCONFIRMED, State.UNKNOWN, State.FAILED, State.EXPIRED})


@dataclass
class _Stray:
    """What was said of a job that no ledger holds, and whether the server has heard it."""

    state: EndState
    reason: str
    told: bool = False


class PrintReports:
    """The ends of print jobs that the server has not heard of."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks
        self._lock = threading.Lock()
        self._again: dict[str, tuple[Desk, LedgerRow]] = {}
        self._strays: dict[str, _Stray] = {}
        self._log = logs.get_logger()

    def again(self, desk: Desk, row: LedgerRow) -> None:
        """Report an end once more that the server seems not to know."""
        with self._lock:
            self._again[row.job_id] = (desk, row)

    def stray(self, name: str, state: EndState, reason: str) -> None:
        """Report the end of a job that no ledger of this agent can take."""
        with self._lock:
            self._strays[name] = _Stray(state, reason)

    def stray_again(self, name: str) -> bool:
        """Report such an end once more, if the job had one: it is never taken back."""
        with self._lock:
            if (stray := self._strays.get(name)) is not None:
                stray.told = False
            return stray is not None

    def pending(self, limit: int) -> list[Outgoing]:
        """Return ends in the order of each ledger."""
        with self._lock:
            again = list(self._again.values())
            strays = [(name, one) for name, one in self._strays.items() if not one.told]
        found = [(desk, row) for desk in self._desks for row in desk.ledger.unreported()]
        known = {row.job_id for _, row in found}
        found += [(desk, row) for desk, row in again if row.job_id not in known]
        rows = [self._outgoing(desk, row) for desk, row in found if row.state in ENDS]
        rows += [self._stray_outgoing(name, stray) for name, stray in strays]
        return rows[:limit]

    def _outgoing(self, desk: Desk, row: LedgerRow) -> Outgoing:
        def told() -> None:
            desk.ledger.mark_reported(row.job_id, row.rev)
            with self._lock:
                self._again.pop(row.job_id, None)

        def answered(result: RowResult) -> None:
            if result.outcome == "refused":
                # Of a database that is gone. Should it come back, it offers the job again.
                self._log.warning("print_row_refused", job=row.job_id, code=result.code)
            told()

        def set_aside(reason: str) -> None:
            # The ledger keeps the truth; only the asking must end.
            self._log.error("print_row_set_aside", job=row.job_id, reason=reason)
            told()

        state = cast("EndState", row.state.value)
        return Outgoing(_print_row(row.job_id, state, row.rev, row.reason), answered, set_aside)

    def _stray_outgoing(self, name: str, stray: _Stray) -> Outgoing:
        def told(_: object) -> None:
            with self._lock:
                stray.told = True

        return Outgoing(_print_row(name, stray.state, 1, stray.reason), told, told)


def _print_row(name: str, state: EndState, rev: int, reason: str) -> PrintRow:
    job_id, seal = number_and_seal(name)
    return PrintRow(job_id=job_id, state=state, rev=rev, reason=reason, seal=seal)
