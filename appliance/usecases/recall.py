"""Call the same ticket again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import Refused
from appliance.protocol.events import TicketBody, TicketRecalled
from appliance.storage import log
from appliance.storage.engine import Transaction
from appliance.usecases.at_counter import Outcome, on_open_ticket
from appliance.usecases.context import Context


def recall(
    ctx: Context,
    counter_number: int,
    *,
    request_id: str,
    actor: str,
    seen: int | None = None,
) -> Outcome:
    """Return the recalled ticket.

    Raises what `on_open_ticket` raises, and Refused("recall_limit").
    """
    zone = ctx.office.counter(counter_number).zone

    def values(ticket: Ticket, now: datetime, conn: Transaction) -> dict[str, Any]:
        if ticket.state is TicketState.CALLED and ticket.calls > ctx.office.recall_limit:
            raise Refused("recall_limit", ticket=ticket.label, limit=ctx.office.recall_limit)
        return {"calls": ticket.calls + 1, "called_at": now, "called_seq": log.head(conn) + 1}

    def told(_ticket: Ticket, body: TicketBody, waiting: int) -> TicketRecalled:
        return TicketRecalled(ticket=body, waiting=waiting, counter=counter_number, zone=zone)

    return on_open_ticket(
        ctx,
        counter_number,
        TicketState.CALLED,
        TicketRecalled,
        told,
        values,
        request_id=request_id,
        actor=actor,
        seen=seen,
    )
