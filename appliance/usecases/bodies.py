"""How a ticket looks in events and answers."""

from __future__ import annotations

from datetime import datetime

from appliance.domain.office import Office
from appliance.domain.ticket import Ticket
from appliance.errors import NotFound
from appliance.protocol.events import TicketBody
from appliance.storage.types import iso


def ticket_body(ticket: Ticket, office: Office) -> TicketBody:
    """Return the ticket as screens see it.

    A service that was taken out of the configuration is shown by its code.
    """
    try:
        service = office.service(ticket.service)
        names = (service.name_vi, service.name_en)
    except NotFound:
        names = (ticket.service, ticket.service)
    return TicketBody(
        id=ticket.id,
        label=ticket.label,
        service=ticket.service,
        service_vi=names[0],
        service_en=names[1],
        priority=ticket.priority,
        state=ticket.state.value,
        counter=ticket.counter,
        calls=ticket.calls,
        issued_at=iso(ticket.issued_at),
        called_at=_text(ticket.called_at),
        ended_at=_text(ticket.ended_at),
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
