"""Return to the true business day after a clock that was ahead had opened a later one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appliance.domain.calendar import office_day
from appliance.errors import Refused
from appliance.protocol.events import DayOpened
from appliance.storage import days, tickets
from appliance.usecases.context import Context
from appliance.usecases.open_day import open_after


@dataclass(frozen=True)
class Returned:
    """The day that is open now, the one that was, and how many of its tickets were ended."""

    day: date
    instead_of: date
    ended: int


def return_day(ctx: Context, *, end_tickets: bool, actor: str) -> Returned:
    """Open the clock's own day in place of a later one.

    A day that was open before goes on with its numbers, now and when the later one's date has
    truly come: no number is given twice. Tickets that still wait or are at a counter end as they
    do each morning, but only if `end_tickets` says so: people hold them.

    Raises Refused("clock_not_behind" | "tickets_open"); nothing was changed then.
    """
    with ctx.db.write() as conn:
        now = ctx.clock.now()
        day, last = office_day(now), days.last_opened(conn)
        if last is None or last <= day:
            raise Refused("clock_not_behind", day=_told(last or day), clock=_told(day))
        waiting, open_ = len(tickets.still_waiting(conn, last)), len(tickets.all_open(conn))
        if (waiting or open_) and not end_tickets:
            raise Refused("tickets_open", waiting=waiting, open=open_)
        event = DayOpened(day=day.isoformat(), instead_of=last.isoformat())
        open_after(conn, ctx, last, event, now, actor=actor)
    return Returned(day, last, waiting + open_)


def _told(day: date) -> str:
    return f"{day:%d/%m/%Y}"
