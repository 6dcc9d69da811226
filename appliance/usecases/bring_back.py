"""Let an absent citizen wait again."""

from __future__ import annotations

from appliance.domain.routing import returned_position
from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import Refused
from appliance.protocol.events import TicketBody, TicketReturned
from appliance.storage import log, tickets
from appliance.usecases.at_counter import Outcome, find_ticket, move
from appliance.usecases.context import Context
from appliance.usecases.open_day import current_day
from appliance.usecases.repeats import earlier


def bring_back(ctx: Context, ticket_id: int, *, request_id: str, actor: str) -> Outcome:
    """Return the ticket, waiting again behind the next few of its service.

    Raises NotFound("unknown_ticket"), Refused("illegal_transition" | "request_reused"); a
    ticket of an earlier day cannot come back.
    """
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (TicketReturned.type,))
        if row is not None:
            first = TicketReturned.model_validate(row.payload)
            if first.ticket.id != ticket_id:
                raise Refused("request_reused")
            return Outcome(first.ticket)
        ticket = find_ticket(conn, ticket_id)
        now = ctx.clock.now()
        if ticket.day != current_day(conn, now):
            raise Refused(
                "illegal_transition", ticket=ticket.label, state="expired", wanted="waiting"
            )
        queue = tickets.waiting(conn, ticket.day, [ticket.service])
        position = returned_position(queue, ctx.office.return_behind, ticket.position)

        def told(changed: Ticket, body: TicketBody, waiting: int) -> TicketReturned:
            return TicketReturned(
                ticket=body, waiting=waiting, ahead=tickets.count_ahead(conn, changed)
            )

        event = move(
            conn,
            ctx,
            ticket,
            TicketState.WAITING,
            now,
            told,
            actor=actor,
            request_id=request_id,
            counter=None,
            ended_at=None,
            calls=0,
            position=position,
            moved_seq=log.head(conn) + 1,
        )
    return Outcome(event.ticket)
