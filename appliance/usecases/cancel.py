"""Take a waiting ticket out of the queue."""

from __future__ import annotations

from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import Refused
from appliance.protocol.events import TicketBody, TicketCancelled
from appliance.usecases.at_counter import Outcome, find_ticket, move
from appliance.usecases.context import Context
from appliance.usecases.repeats import earlier


def cancel(ctx: Context, ticket_id: int, *, request_id: str, actor: str) -> Outcome:
    """Return the cancelled ticket.

    Raises NotFound("unknown_ticket"), Refused("illegal_transition" | "request_reused").
    """
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (TicketCancelled.type,))
        if row is not None:
            first = TicketCancelled.model_validate(row.payload)
            if first.ticket.id != ticket_id:
                raise Refused("request_reused")
            return Outcome(first.ticket)
        ticket = find_ticket(conn, ticket_id)
        now = ctx.clock.now()

        def told(_changed: Ticket, body: TicketBody, waiting: int) -> TicketCancelled:
            return TicketCancelled(ticket=body, waiting=waiting)

        event = move(
            conn,
            ctx,
            ticket,
            TicketState.CANCELLED,
            now,
            told,
            actor=actor,
            request_id=request_id,
            ended_at=now,
        )
    return Outcome(event.ticket)
