"""Begin to serve the called citizen."""

from __future__ import annotations

from appliance.domain.ticket import Ticket, TicketState
from appliance.protocol.events import TicketBody, TicketServing
from appliance.usecases.at_counter import Outcome, on_open_ticket
from appliance.usecases.context import Context


def serve(
    ctx: Context,
    counter_number: int,
    *,
    request_id: str,
    actor: str,
    seen: int | None = None,
) -> Outcome:
    """Return the ticket that is served now. Raises what `on_open_ticket` raises."""
    return on_open_ticket(
        ctx,
        counter_number,
        TicketState.SERVING,
        TicketServing,
        told_serve,
        lambda _ticket, now, _conn: {"serving_at": now},
        request_id=request_id,
        actor=actor,
        seen=seen,
    )


def told_serve(ticket: Ticket, body: TicketBody, waiting: int) -> TicketServing:
    """Return the event of a ticket that this verb moved."""
    return TicketServing(ticket=body, waiting=waiting, counter=ticket.counter or 0)
