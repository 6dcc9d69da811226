"""What a ticket's slip says, in the words of the translations."""

from __future__ import annotations

from appliance.domain.calendar import OFFICE_ZONE
from appliance.domain.office import Office
from appliance.domain.ticket import Ticket
from appliance.protocol.agent import SlipBody
from appliance.usecases.bodies import ticket_body
from display import texts


def slip_of(ticket: Ticket, office: Office, public_url: str) -> SlipBody:
    """Return the slip; Vietnamese, because paper is read by everybody at the counter."""
    local = ticket.issued_at.astimezone(OFFICE_ZONE)
    vi = texts.languages[0]
    return SlipBody(
        office=office.name,
        parent=office.parent,
        title=texts.say("slip.title", vi),
        number=ticket.label,
        service=ticket_body(ticket, office).service_vi,
        ahead_line=texts.say("slip.ahead_line", vi, n=ticket.ahead),
        priority_line=texts.say("slip.priority_line", vi) if ticket.priority else "",
        time_line=texts.say("slip.time_line", vi, time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}"),
        notice=(texts.say("slip.notice_1", vi), texts.say("slip.notice_2", vi)),
        tracking_url=phone_url(public_url, ticket.token),
        tracking_line=texts.say("slip.tracking_line", vi),
    )


def phone_url(public_url: str, token: str) -> str:
    """Return the address of the ticket's phone page."""
    return f"{public_url}/t/{token}"
