"""Give a citizen a number."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain import numbering
from appliance.domain.office import Office, Service
from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import Refused
from appliance.protocol.events import TicketBody, TicketIssued, WaitBody
from appliance.storage import log, prints, tickets
from appliance.storage.engine import Transaction
from appliance.storage.types import iso
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.expect_wait import expect_wait
from appliance.usecases.open_day import ensure_open
from appliance.usecases.repeats import earlier
from appliance.usecases.slip_jobs import fit_printer, queue_job
from appliance.usecases.tell import tell


@dataclass(frozen=True)
class Issued:
    """The answer to a citizen: `ahead` wait before, for `wait` from now if that is known.

    `paper` is a paper state or "none", and `printer` where that slip comes out: a repeat tells of
    the slip that took the place of the first one, if one did.
    """

    ticket: TicketBody
    token: str
    ahead: int
    wait: WaitBody | None
    paper: str
    printer: str | None
    repeated: bool


def issue(
    ctx: Context,
    service_code: str,
    *,
    priority: bool,
    kiosk: str | None,
    request_id: str,
    actor: str,
) -> Issued:
    """Return the ticket of this request, a new one unless the request is a repeat.

    One write transaction: is the service open → next number of its series for the business day
    → ticket waiting → print job queued → event. Raises NotFound("unknown_service"),
    Refused("service_closed" | "series_exhausted" | "request_reused").
    """
    service = ctx.office.service(service_code)
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (TicketIssued.type,))
        if row is not None:
            return _again(conn, ctx, TicketIssued.model_validate(row.payload), service, priority)
        now = ctx.clock.now()
        require_open(ctx.office, service, now)
        day = ensure_open(conn, ctx, now)
        ticket = _take(conn, service, day, now, priority, _origin(kiosk, actor), request_id)
        printer = printer_for(ctx.office, kiosk)
        job_id = None
        if printer is not None:
            printer = fit_printer(conn, ctx.office, printer)
            job_id = queue_job(conn, ctx, ticket, printer, now)
        event = TicketIssued(
            ticket=ticket_body(ticket, ctx.office),
            waiting=tickets.count_waiting(conn, day, service.code),
            ahead=ticket.ahead,
            wait=expect_wait(conn, ctx, ticket, now),
            paper="none" if job_id is None else "queued",
            job_id=job_id,
            printer=printer,
            kiosk=kiosk,
            token=ticket.token,
        )
        tell(conn, now, event, actor=actor, request_id=request_id)
    return Issued(
        event.ticket,
        ticket.token,
        ticket.ahead,
        event.wait,
        event.paper,
        printer,
        repeated=False,
    )


def require_open(office: Office, service: Service, now: datetime) -> None:
    """Raise Refused("service_closed") with the next opening (ISO UTC or None) when closed."""
    hours = office.hours_of(service.code)
    if not hours.is_open(now):
        opening = hours.next_opening(now)
        raise Refused(
            "service_closed",
            service=service.name_vi,
            service_en=service.name_en,
            next_open=None if opening is None else iso(opening),
        )


def printer_for(office: Office, kiosk: str | None) -> str | None:
    """Return the printer of the kiosk; for a clerk's ticket the office's first one."""
    if kiosk is not None:
        return office.kiosk(kiosk).printer
    return office.printers[0].name if office.printers else None


def _origin(kiosk: str | None, actor: str) -> str:
    return actor if kiosk is None else f"kiosk:{kiosk}"


def _take(
    conn: Transaction,
    service: Service,
    day: date,
    now: datetime,
    priority: bool,
    origin: str,
    request_id: str,
) -> Ticket:
    series = service.series
    last = tickets.last_number(conn, day, series.prefix)
    number = numbering.next_number(service, last)
    tickets.take_number(conn, day, series.prefix, number, last)
    ticket_id = tickets.add(
        conn,
        # 96 random bits: the phone page's address cannot be guessed from the number.
        token=secrets.token_urlsafe(12),
        day=day,
        series=series.prefix,
        number=number,
        label=series.label(number),
        service=service.code,
        priority=priority,
        state=TicketState.WAITING.value,
        position=log.head(conn) + 1,
        moved_seq=0,
        ahead=tickets.count_waiting(conn, day, service.code),
        calls=0,
        origin=origin,
        request_id=request_id,
        issued_at=now,
    )
    ticket = tickets.get(conn, ticket_id)
    assert ticket is not None
    return ticket


def _again(
    conn: Transaction, ctx: Context, event: TicketIssued, service: Service, priority: bool
) -> Issued:
    if event.ticket.service != service.code or event.ticket.priority != priority:
        raise Refused("request_reused")
    ticket = tickets.get(conn, event.ticket.id)
    assert ticket is not None, "tickets are never deleted"
    job = prints.of_ticket(conn, ticket.id)
    return Issued(
        ticket=ticket_body(ticket, ctx.office),
        token=ticket.token,
        ahead=event.ahead,
        wait=event.wait,
        paper="none" if job is None else job.state.value,
        printer=None if job is None else job.printer,
        repeated=True,
    )
