"""Open the business day: numbers start again, yesterday's rest is closed."""

from __future__ import annotations

from datetime import date, datetime

from appliance.domain.calendar import business_day, office_day
from appliance.domain.ticket import Ticket, TicketState
from appliance.protocol.events import ClockWentBack, DayOpened, TicketExpired, TicketFinished
from appliance.storage import days, log, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.tell import tell

ACTOR = "system"


def ensure_open(conn: Transaction, ctx: Context, now: datetime) -> date:
    """Return the business day of `now`, opened in this transaction if it is new.

    1. The clock shows a day before the open one: the open day stays, the log tells it once.
    2. A later day: it is opened, tickets that still waited expire, tickets that were left open
       at a counter are finished. If a wrong clock had opened it before, its numbers go on.
    """
    last = days.last_opened(conn)
    day = business_day(now, last)
    if day == last:
        _tell_if_back(conn, now, day)
    else:
        open_after(conn, ctx, last, DayOpened(day=day.isoformat()), now, actor=ACTOR)
    return day


def open_after(
    conn: Transaction,
    ctx: Context,
    last: date | None,
    event: DayOpened,
    now: datetime,
    *,
    actor: str,
) -> None:
    """Open the day of `event` in place of `last`, and end what `last` has left."""
    seq = tell(conn, now, event, actor=actor)
    days.open_day(conn, date.fromisoformat(event.day), now, seq)
    # Days before that one were closed when it was opened: nobody reads them again.
    for ticket in [] if last is None else tickets.still_waiting(conn, last):
        _end(conn, ctx, ticket, TicketState.EXPIRED, now)
    for ticket in tickets.all_open(conn):
        _end(conn, ctx, ticket, TicketState.FINISHED, now)


def current_day(conn: Transaction, now: datetime) -> date:
    """Return the business day of `now` without opening it."""
    return business_day(now, days.last_opened(conn))


def _tell_if_back(conn: Transaction, now: datetime, day: date) -> None:
    shown = office_day(now)
    if shown == day:
        return
    event = ClockWentBack(clock=shown.isoformat(), day=day.isoformat())
    last = log.last_rare(conn, ClockWentBack.type)
    if last is None or last.payload != event.model_dump(mode="json"):
        tell(conn, now, event, actor=ACTOR)


def _end(conn: Transaction, ctx: Context, ticket: Ticket, state: TicketState, at: datetime) -> None:
    changed = tickets.change(conn, ticket, state, ended_at=at)
    assert changed is not None, "a ticket changed inside our own write transaction"
    body = ticket_body(changed, ctx.office)
    event = (
        TicketExpired(ticket=body, waiting=0)
        if state is TicketState.EXPIRED
        else TicketFinished(ticket=body, waiting=0, counter=ticket.counter or 0)
    )
    tell(conn, at, event, actor=ACTOR)
