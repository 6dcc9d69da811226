"""Put the called ticket aside: nobody came."""

from __future__ import annotations

from appliance.domain.ticket import Ticket, TicketState
from appliance.protocol.events import TicketAbsent, TicketBody
from appliance.usecases.at_counter import Outcome, on_open_ticket
from appliance.usecases.context import Context


def absent(
    ctx: Context,
    counter_number: int,
    *,
    request_id: str,
    actor: str,
    seen: int | None = None,
) -> Outcome:
    """Return the absent ticket; it may come back. Raises what `on_open_ticket` raises."""
    return on_open_ticket(
        ctx,
        counter_number,
        TicketState.ABSENT,
        TicketAbsent,
        told_absent,
        lambda _ticket, now, _conn: {"ended_at": now},
        request_id=request_id,
        actor=actor,
        seen=seen,
    )


def told_absent(ticket: Ticket, body: TicketBody, waiting: int) -> TicketAbsent:
    """Return the event of a ticket that this verb moved."""
    return TicketAbsent(ticket=body, waiting=waiting, counter=ticket.counter or 0)
