"""Take a slip out of use: half printed, doubled by a person, or found on the floor."""

from __future__ import annotations

from appliance.domain.paper import FINAL, PaperState
from appliance.errors import Refused
from appliance.protocol.events import PrintChanged
from appliance.storage import prints
from appliance.usecases.at_counter import find_ticket
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.repeats import earlier
from appliance.usecases.slip_jobs import SlipOutcome, supersede


def void_slip(ctx: Context, ticket_id: int, *, request_id: str, actor: str) -> SlipOutcome:
    """Supersede the ticket's slip without printing another; the ticket itself stays as it is.

    Raises NotFound("unknown_ticket"), Refused("no_slip" | "slip_in_hand" | "request_reused").
    """
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (PrintChanged.type,))
        ticket = find_ticket(conn, ticket_id)
        job = prints.of_ticket(conn, ticket_id)
        if row is not None:
            if PrintChanged.model_validate(row.payload).ticket_id != ticket_id:
                raise Refused("request_reused")
        else:
            if job is None or job.state is PaperState.SUPERSEDED:
                raise Refused("no_slip", ticket=ticket.label)
            if job.state not in FINAL:
                raise Refused("slip_in_hand", ticket=ticket.label, printer=job.printer)
            supersede(conn, ctx, job, "voided", actor=actor, request_id=request_id)
            job = prints.of_ticket(conn, ticket_id)
        assert job is not None, "a job that was voided is never deleted"
        return SlipOutcome(ticket_body(ticket, ctx.office), job.state.value, job.printer)
