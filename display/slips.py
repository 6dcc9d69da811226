"""What a ticket's slip says, in the words of the translations."""

from __future__ import annotations

from datetime import datetime

from appliance.domain.calendar import OFFICE_ZONE
from appliance.domain.office import Office, Service
from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import NotFound
from appliance.protocol.agent import SlipBody
from appliance.protocol.events import WaitBody
from appliance.usecases.bodies import ticket_body
from display import texts

# A longer wait is told as "more than": its ends would be guessed.
LONGEST_MIN = 120


def slip_of(
    ticket: Ticket,
    office: Office,
    public_url: str,
    wait: WaitBody | None = None,
    *,
    reprint: bool = False,
) -> SlipBody:
    """Return the slip; Vietnamese, because paper is read by everybody at the counter.

    `wait` is what the citizen was told; None leaves the line out. A `reprint` says that it is one.
    """
    local = ticket.issued_at.astimezone(OFFICE_ZONE)
    vi = texts.languages[0]
    procedure_url = _procedure_url(ticket, office)
    return SlipBody(
        office=office.name,
        parent=office.parent,
        title=texts.say("slip.title", vi),
        number=ticket.label,
        service=ticket_body(ticket, office).service_vi,
        ahead_line=texts.say("slip.ahead_line", vi, n=ticket.ahead),
        wait_line="" if wait is None else wait_line(wait, vi),
        priority_line=texts.say("slip.priority_line", vi) if ticket.priority else "",
        time_line=texts.say("slip.time_line", vi, time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}"),
        notice=(texts.say("slip.notice_1", vi), texts.say("slip.notice_2", vi)),
        tracking_url=phone_url(public_url, ticket.token),
        tracking_line=texts.say("slip.tracking_line", vi),
        procedure_url=procedure_url,
        procedure_line=texts.say("slip.procedure_line", vi) if procedure_url else "",
        reprint_line=texts.say("slip.reprint_line", vi) if reprint else "",
    )


def sample_slip(
    office: Office,
    service: Service,
    public_url: str,
    now: datetime,
    *,
    priority: bool = False,
    reprint: bool = False,
) -> SlipBody:
    """Return the slip of a ticket that nobody took, with every line that a slip may have."""
    number = min(service.series.start + 24, service.series.last)
    ticket = Ticket(
        id=0,
        token="0123456789abcdef",  # noqa: S106 - as long as a real one, and nobody's
        day=now.astimezone(OFFICE_ZONE).date(),
        series=service.series.prefix,
        number=number,
        label=service.series.label(number),
        service=service.code,
        priority=priority,
        state=TicketState.WAITING,
        counter=None,
        position=0,
        moved_seq=0,
        ahead=12,
        calls=0,
        called_seq=None,
        origin="preview",
        issued_at=now,
    )
    wait = WaitBody(from_min=20, to_min=30)
    return slip_of(ticket, office, public_url, wait, reprint=reprint)


def wait_line(wait: WaitBody, lang: str) -> str:
    """Return the range in words; the pages do the same in ``static/js/wait.js``."""
    key = "wait.range" if wait.from_min else "wait.under"
    if wait.from_min >= LONGEST_MIN:
        key = "wait.over"
    words = texts.say(key, lang, low=wait.from_min, high=wait.to_min)
    return texts.say("wait.expected", lang, wait=words)


def _procedure_url(ticket: Ticket, office: Office) -> str:
    try:
        return office.service(ticket.service).procedure_url
    except NotFound:  # taken out of the configuration since
        return ""


def phone_url(public_url: str, token: str) -> str:
    """Return the address of the ticket's phone page."""
    return f"{public_url}/t/{token}"
