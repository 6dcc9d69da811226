"""The business day in numbers, for the status page and for monitors."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date

from appliance.domain.paper import FINAL, ON_PAPER, PaperState
from appliance.domain.ticket import OPEN_AT_COUNTER, TicketState
from appliance.domain.waits import summed_up
from appliance.protocol.status import StatusSlip, Today, TodayWaits
from appliance.storage import counts, prints, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.context import Context
from appliance.usecases.open_day import current_day

_MOST_UNPRINTED = 20
_SHOWN_INSTEAD = FINAL - ON_PAPER - {PaperState.SUPERSEDED}


@dataclass(frozen=True)
class DayFigures:
    """The day as monitors want it: by state, by service, with every single wait."""

    tickets: dict[str, int]
    slips: dict[str, int]
    waiting: dict[str, int]
    waits_s: dict[str, list[float]]


@dataclass
class _Calls:
    """The first calls of one day, read once: `seq` is the last event that was looked at."""

    day: date
    seq: int
    waits_s: dict[int, tuple[str, float]] = field(default_factory=dict)


class DayCounter:
    """Counts the day; remembers the calls it has read, as a page asks every few seconds."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = threading.Lock()
        self._calls: _Calls | None = None

    def today(self) -> Today:
        """Return the day in numbers."""
        with self._ctx.db.read() as conn:
            day = current_day(conn, self._ctx.clock.now())
            by_state = counts.tickets_by_state(conn, day)
            slips = counts.slips_by_state(conn, day)
            waits_s = [wait_s for of in self._waits(conn, day).values() for wait_s in of]
        waits = summed_up(waits_s)
        return Today(
            day=day.isoformat(),
            issued=sum(by_state.values()),
            waiting=by_state.get(TicketState.WAITING, 0),
            at_counter=sum(by_state.get(state, 0) for state in OPEN_AT_COUNTER),
            served=by_state.get(TicketState.FINISHED, 0),
            absent=by_state.get(TicketState.ABSENT, 0),
            cancelled=by_state.get(TicketState.CANCELLED, 0),
            waits=TodayWaits(
                n=waits.n,
                p50_s=waits.p50_s,
                p90_s=waits.p90_s,
                within_15_min_pct=waits.within_15_min_pct,
            ),
            slips_printed=sum(slips.get(state, 0) for state in ON_PAPER),
            slips_on_screen=sum(slips.get(state, 0) for state in _SHOWN_INSTEAD),
            slips_under_way=sum(slips.get(state, 0) for state in set(PaperState) - FINAL),
        )

    def unprinted(self) -> tuple[StatusSlip, ...]:
        """Return the slips of waiting tickets that are not on paper, newest first."""
        with self._ctx.db.read() as conn:
            day = current_day(conn, self._ctx.clock.now())
            found = [
                (job, tickets.get(conn, job.ticket_id))
                for job in prints.not_on_paper(conn, day, _MOST_UNPRINTED)
            ]
        return tuple(
            StatusSlip(
                ticket_id=ticket.id,
                label=ticket.label,
                printer=job.printer,
                paper=job.state.value,
                reason=job.reason,
            )
            for job, ticket in found
            if ticket is not None
        )

    def figures(self) -> DayFigures:
        """Return the day as monitors want it."""
        with self._ctx.db.read() as conn:
            day = current_day(conn, self._ctx.clock.now())
            return DayFigures(
                counts.tickets_by_state(conn, day),
                counts.slips_by_state(conn, day),
                tickets.waiting_counts(conn, day),
                self._waits(conn, day),
            )

    def _waits(self, conn: Transaction, day: date) -> dict[str, list[float]]:
        """Return the waits until the first call, by service; absent citizens stand apart."""
        opened = counts.opened_seq(conn, day)
        if opened is None:
            return {}
        with self._lock:
            calls = self._calls
            if calls is None or calls.day != day:
                calls = self._calls = _Calls(day, opened)
            for call in counts.calls_after(conn, calls.seq):
                wait_s = max(0.0, (call.called_at - call.issued_at).total_seconds())
                calls.waits_s.setdefault(call.ticket_id, (call.service, wait_s))
                calls.seq = call.seq
            waits = dict(calls.waits_s)
        absent = counts.absent_ids(conn, day)
        found: dict[str, list[float]] = {}
        for ticket_id, (service, wait_s) in waits.items():
            if ticket_id not in absent:
                found.setdefault(service, []).append(wait_s)
        return found
