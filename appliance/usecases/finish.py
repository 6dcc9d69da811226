"""End the service at a counter."""

from __future__ import annotations

from appliance.domain.ticket import Ticket, TicketState
from appliance.protocol.events import TicketBody, TicketFinished
from appliance.usecases.at_counter import Outcome, on_open_ticket
from appliance.usecases.context import Context


def finish(
    ctx: Context,
    counter_number: int,
    *,
    request_id: str,
    actor: str,
    seen: int | None = None,
) -> Outcome:
    """Return the finished ticket. Raises what `on_open_ticket` raises."""
    return on_open_ticket(
        ctx,
        counter_number,
        TicketState.FINISHED,
        TicketFinished,
        told_finished,
        lambda _ticket, now, _conn: {"ended_at": now},
        request_id=request_id,
        actor=actor,
        seen=seen,
    )


def told_finished(ticket: Ticket, body: TicketBody, waiting: int) -> TicketFinished:
    """Return the event of a ticket that this verb moved."""
    return TicketFinished(ticket=body, waiting=waiting, counter=ticket.counter or 0, verb="finish")
