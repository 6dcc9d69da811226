"""Call the next citizen to a counter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from appliance.domain import routing
from appliance.domain.office import Counter
from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import Refused
from appliance.protocol.events import TicketBody, TicketCalled, TicketFinished
from appliance.storage import log, tickets
from appliance.storage.engine import Transaction
from appliance.storage.log import LogRow
from appliance.usecases.at_counter import Outcome, move, require_seen
from appliance.usecases.context import Context
from appliance.usecases.open_day import current_day
from appliance.usecases.repeats import earlier, require_same, require_verb


def call_next(
    ctx: Context,
    counter_number: int,
    *,
    request_id: str,
    actor: str,
    seen: int | None = None,
    hold: timedelta = timedelta(0),
) -> Outcome:
    """Return the called ticket and why it was chosen; `ticket` is None if nobody waits.

    1. A ticket that is open at the counter is finished in the same transaction.
    2. The routing chooses among the counter's services.
    3. A guarded update calls it; nobody else can call the same one.

    A ticket that was called less than `hold` ago, and nothing else since, is not finished.

    Raises NotFound("unknown_counter"), Refused("counter_changed" | "called_just_now" |
    "request_reused").
    """
    counter = ctx.office.counter(counter_number)
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (TicketCalled.type, TicketFinished.type))
        if row is not None:
            return _again(conn, row, counter)
        now = ctx.clock.now()
        current = tickets.open_at(conn, counter.number)
        require_seen(counter.number, current, seen)
        if current is not None and _just_called(current, now, hold):
            raise Refused("called_just_now", ticket=current.label)
        choice = _choose(conn, ctx, counter, current_day(conn, now), now)
        finished = None
        if current is not None:
            finished = move(
                conn,
                ctx,
                current,
                TicketState.FINISHED,
                now,
                _told_finished,
                actor=actor,
                request_id=request_id if choice is None else None,
                ended_at=now,
            ).ticket
        if choice is None:
            return Outcome(None, finished)

        def told(_ticket: Ticket, body: TicketBody, waiting: int) -> TicketCalled:
            return TicketCalled(
                ticket=body,
                waiting=waiting,
                counter=counter.number,
                zone=counter.zone,
                why=choice.why.value,
            )

        event = move(
            conn,
            ctx,
            choice.ticket,
            TicketState.CALLED,
            now,
            told,
            actor=actor,
            request_id=request_id,
            counter=counter.number,
            calls=choice.ticket.calls + 1,
            called_at=now,
            called_seq=log.head(conn) + 1,
        )
    return Outcome(event.ticket, finished, choice.why.value)


def _just_called(ticket: Ticket, now: datetime, hold: timedelta) -> bool:
    if ticket.state is not TicketState.CALLED or ticket.called_at is None or ticket.calls > 1:
        return False
    # A clock that was set back must not keep a counter waiting.
    return timedelta(0) <= now - ticket.called_at < hold


def _choose(
    conn: Transaction, ctx: Context, counter: Counter, day: date, now: datetime
) -> routing.Choice | None:
    policy = ctx.office.priority
    queue = tickets.waiting(conn, day, counter.services)
    normal = routing.first_of(queue, priority=False)
    run = 0
    if normal is not None:
        run = tickets.priority_run(conn, counter.services, normal.waits_since, policy.run)
    return routing.choose(queue, run, policy, now)


def _again(conn: Transaction, row: LogRow, counter: Counter) -> Outcome:
    require_same(row, counter=counter.number)
    if row.type == TicketFinished.type:
        require_verb(row, "call_next")
        return Outcome(None, TicketFinished.model_validate(row.payload).ticket)
    event = TicketCalled.model_validate(row.payload)
    return Outcome(event.ticket, _finished_before(conn, row), event.why)


def _told_finished(ticket: Ticket, body: TicketBody, waiting: int) -> TicketFinished:
    return TicketFinished(
        ticket=body, waiting=waiting, counter=ticket.counter or 0, verb="call_next"
    )


def _finished_before(conn: Transaction, called: LogRow) -> TicketBody | None:
    """Return the ticket that this call finished by the way.

    Its event stands just before the call's, at the same counter, and alone has no request.
    """
    for row in log.after(conn, called.seq - 2, limit=1):
        at_counter = row.payload.get("counter") == called.payload["counter"]
        if row.type == TicketFinished.type and row.request_id is None and at_counter:
            return TicketFinished.model_validate(row.payload).ticket
    return None
