"""What the verbs of a counter share: find its open ticket, move it, tell it, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.domain.ticket import Ticket, TicketState, require
from appliance.errors import NotFound, Refused
from appliance.protocol.events import TicketBody, TicketCalled, TicketEvent, TicketFinished
from appliance.storage import ratings, tickets
from appliance.storage.engine import Transaction
from appliance.storage.ratings import CALLED, FINISHED, Turn
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.repeats import earlier, require_same, require_verb
from appliance.usecases.tell import tell

# What arms the rating panel of the counter, and what ends its arming.
_TURNS = {TicketFinished.type: FINISHED, TicketCalled.type: CALLED}
# What somebody sees at a counter without an open ticket.
NOBODY = 0
Telling = Callable[[Ticket, TicketBody, int], TicketEvent]


@dataclass(frozen=True)
class Outcome:
    """What a counter's verb did: the ticket as it is now; `finished` by the way, if any."""

    ticket: TicketBody | None
    finished: TicketBody | None = None
    why: str = ""


def find_ticket(conn: Transaction, ticket_id: int) -> Ticket:
    """Return the ticket; raises NotFound("unknown_ticket")."""
    ticket = tickets.get(conn, ticket_id)
    if ticket is None:
        raise NotFound("unknown_ticket", ticket=ticket_id)
    return ticket


def require_seen(counter_number: int, ticket: Ticket | None, seen: int | None) -> None:
    """Raise Refused("counter_changed") unless the asker knows which ticket is open.

    `seen` is its id as the asker saw it, NOBODY for none, None if the asker cannot see it. So a
    request that was overtaken by another one does nothing to a ticket that it was not meant for.
    """
    if seen is not None and seen != (NOBODY if ticket is None else ticket.id):
        raise Refused("counter_changed", counter=counter_number)


def move(
    conn: Transaction,
    ctx: Context,
    ticket: Ticket,
    state: TicketState,
    now: datetime,
    telling: Telling,
    *,
    actor: str,
    request_id: str | None,
    **values: Any,
) -> TicketEvent:
    """Bring `ticket` to `state`, write the event, return it.

    Raises Refused("illegal_transition") if the rules forbid it or somebody was faster.
    """
    require(ticket, state)
    changed = tickets.change(conn, ticket, state, **values)
    if changed is None:
        raise Refused(
            "illegal_transition", ticket=ticket.label, state="changed", wanted=state.value
        )
    waiting = tickets.count_waiting(conn, ticket.day, ticket.service)
    event = telling(changed, ticket_body(changed, ctx.office), waiting)
    seq = tell(conn, now, event, actor=actor, request_id=request_id)
    if event.type in _TURNS and changed.counter is not None:
        ratings.add_turn(conn, Turn(seq, changed.counter, _TURNS[event.type], changed.id, now))
    return event


def on_open_ticket(
    ctx: Context,
    counter_number: int,
    state: TicketState,
    event_type: type[TicketEvent],
    telling: Telling,
    values: Callable[[Ticket, datetime, Transaction], dict[str, Any]],
    *,
    request_id: str,
    actor: str,
    seen: int | None,
) -> Outcome:
    """Move the ticket that is open at the counter; a repeated request gets the first answer.

    Raises NotFound("unknown_counter"), Refused("counter_changed" | "no_open_ticket" |
    "illegal_transition" | "request_reused").
    """
    counter = ctx.office.counter(counter_number)
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (event_type.type,))
        if row is not None:
            require_same(row, counter=counter.number)
            if event_type is TicketFinished:
                require_verb(row, "finish")
            return Outcome(event_type.model_validate(row.payload).ticket)
        ticket = tickets.open_at(conn, counter.number)
        require_seen(counter.number, ticket, seen)
        if ticket is None:
            raise Refused("no_open_ticket", counter=counter.number)
        now = ctx.clock.now()
        event = move(
            conn,
            ctx,
            ticket,
            state,
            now,
            telling,
            actor=actor,
            request_id=request_id,
            **values(ticket, now, conn),
        )
    return Outcome(event.ticket)
