"""What each screen shows, read in one transaction together with the log's position."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from appliance.domain.office import Office, Service
from appliance.domain.ticket import Ticket, TicketState
from appliance.protocol.events import TicketBody
from appliance.protocol.live import (
    BoardCounter,
    Call,
    ConsoleService,
    DeviceState,
    KioskService,
    KioskTicket,
    Unprinted,
)
from appliance.storage import devices, log, prints, tickets
from appliance.storage.engine import Transaction
from appliance.storage.types import iso
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.expect_wait import told_wait
from appliance.usecases.open_day import current_day
from appliance.usecases.slip_jobs import cannot_print, fit_printer

CALLS_SHOWN = 7
WAITING_SHOWN = 50
RECENT_S = 30


def kiosk(ctx: Context, name: str) -> tuple[int, dict[str, Any]]:
    """Return the log's position and the state of the kiosk's page, see `protocol.live`."""
    unit = ctx.office.kiosk(name)
    with ctx.db.read() as conn:
        now = ctx.clock.now()
        day = current_day(conn, now)
        counts = tickets.waiting_counts(conn, day)
        since = now - timedelta(seconds=RECENT_S)
        recent = tickets.recent_of_origin(conn, day, [f"kiosk:{name}"], since)
        state = {
            "office": office_head(ctx.office),
            "kiosk": name,
            "services": [
                _kiosk_service(ctx.office, service, counts, now) for service in ctx.office.services
            ],
            "changes_at": _text(_next_change(ctx.office, now)),
            "printer": _device(conn, unit.printer, now) if unit.printer else None,
            "standby": _standby(conn, ctx.office, unit.printer),
            "recent": [_kiosk_ticket(conn, ctx, ticket) for ticket in recent],
        }
        return log.head(conn), state


def board(ctx: Context, name: str) -> tuple[int, dict[str, Any]]:
    """Return the log's position and the state of the board, see `protocol.live`."""
    unit = ctx.office.board(name)
    zone = unit.zone
    counters = [counter for counter in ctx.office.counters if counter.zone == zone]
    numbers = {counter.number for counter in counters}
    with ctx.db.read() as conn:
        day = current_day(conn, ctx.clock.now())
        served = tuple(dict.fromkeys(code for c in counters for code in c.services))
        called = tickets.recently_called(conn, day, CALLS_SHOWN * 3, served)
        counts = tickets.waiting_counts(conn, day)
        state = {
            "office": office_head(ctx.office),
            "board": name,
            "zone": zone,
            "sound": unit.sound,
            "counters": [
                _dump(BoardCounter(number=c.number, ticket=_open(conn, ctx, c.number)))
                for c in counters
            ],
            "calls": [_call(ctx, t) for t in called if t.counter in numbers][:CALLS_SHOWN],
            "waiting": {code: counts.get(code, 0) for code in served},
            "services": [_names(ctx.office.service(code)) for code in served],
        }
        return log.head(conn), state


def counter(ctx: Context, number: int) -> tuple[int, dict[str, Any]]:
    """Return the log's position and the state of the counter's screen, see `protocol.live`."""
    desk = ctx.office.counter(number)
    services = [ctx.office.service(code) for code in desk.services]
    with ctx.db.read() as conn:
        now = ctx.clock.now()
        counts = tickets.waiting_counts(conn, current_day(conn, now))
        current = _open(conn, ctx, number)
        all_hours = [ctx.office.hours_of(code) for code in desk.services]
        is_open = any(hours.is_open(now) for hours in all_hours)
        openings = [at for hours in all_hours if (at := hours.next_opening(now)) is not None]
        changes = [at for hours in all_hours if (at := hours.next_change(now)) is not None]
        state = {
            "office": office_head(ctx.office),
            "counter": number,
            "services": [_names(service) for service in services],
            "waiting": {code: counts.get(code, 0) for code in desk.services},
            "ticket": None if current is None else _dump(current),
            "open": is_open,
            "next_open": None if is_open else _text(min(openings, default=None)),
            "changes_at": _text(min(changes, default=None)),
        }
        return log.head(conn), state


def console(ctx: Context, number: int) -> tuple[int, dict[str, Any]]:
    """Return the log's position and the state of the counter's console, see `protocol.live`."""
    counter = ctx.office.counter(number)
    with ctx.db.read() as conn:
        now = ctx.clock.now()
        day = current_day(conn, now)
        counts = tickets.waiting_counts(conn, day)
        queue = tickets.waiting(conn, day, counter.services, WAITING_SHOWN)
        absent = tickets.in_state(conn, day, TicketState.ABSENT, counter.services)
        current = _open(conn, ctx, number)
        state = {
            "office": office_head(ctx.office),
            "counter": number,
            "ticket": None if current is None else _dump(current),
            "services": [
                _dump(
                    ConsoleService(waiting=counts.get(code, 0), **_names(ctx.office.service(code)))
                )
                for code in counter.services
            ],
            "waiting": [_dump(ticket_body(t, ctx.office)) for t in queue],
            "absent": [_dump(ticket_body(t, ctx.office)) for t in absent],
            "printers": [_device(conn, printer.name, now) for printer in ctx.office.printers],
            "unprinted": [
                _unprinted(conn, ctx, job.ticket_id, job.state.value, job.reason)
                for job in prints.not_on_paper(conn, day, 20)
            ],
        }
        return log.head(conn), state


def office_head(office: Office) -> dict[str, str]:
    """Return what screens show of the office's identity."""
    return {"name": office.name, "parent": office.parent, "address": office.address}


def _kiosk_service(
    office: Office, service: Service, counts: dict[str, int], now: datetime
) -> dict[str, Any]:
    hours = office.hours_of(service.code)
    is_open = hours.is_open(now)
    return _dump(
        KioskService(
            prefix=service.series.prefix,
            open=is_open,
            next_open=None if is_open else _text(hours.next_opening(now)),
            waiting=counts.get(service.code, 0),
            **_names(service),
        )
    )


def _next_change(office: Office, now: datetime) -> datetime | None:
    changes = [
        change
        for service in office.services
        if (change := office.hours_of(service.code).next_change(now)) is not None
    ]
    return min(changes, default=None)


def _standby(conn: Transaction, office: Office, printer: str | None) -> str | None:
    """Return the printer that takes over now, None while none does."""
    if printer is None or cannot_print(conn, printer) is None:
        return None
    standby = fit_printer(conn, office, printer)
    return None if standby == printer else standby


def _kiosk_ticket(conn: Transaction, ctx: Context, ticket: Ticket) -> dict[str, Any]:
    job = prints.of_ticket(conn, ticket.id)
    return _dump(
        KioskTicket(
            ticket=ticket_body(ticket, ctx.office),
            ahead=ticket.ahead,
            wait=told_wait(conn, ticket.id),
            paper="none" if job is None else job.state.value,
            printer=None if job is None else job.printer,
            url=f"/t/{ticket.token}",
        )
    )


def _call(ctx: Context, ticket: Ticket) -> dict[str, Any]:
    assert ticket.counter is not None
    assert ticket.called_at is not None
    return _dump(
        Call(
            ticket=ticket_body(ticket, ctx.office),
            counter=ticket.counter,
            at=iso(ticket.called_at),
        )
    )


def _device(conn: Transaction, name: str, now: datetime) -> dict[str, Any]:
    report = devices.report_of(conn, name)
    if report is None:
        return _dump(
            DeviceState(
                device=name,
                device_kind="printer",
                state="unknown",
                causes=("not_reported",),
                since=iso(now),
            )
        )
    return _dump(
        DeviceState.model_validate(
            {
                "device": report.device,
                "device_kind": report.device_kind,
                "state": report.state,
                "causes": report.causes,
                "since": iso(report.since),
            }
        )
    )


def _unprinted(
    conn: Transaction, ctx: Context, ticket_id: int, paper: str, reason: str
) -> dict[str, Any]:
    ticket = tickets.get(conn, ticket_id)
    assert ticket is not None
    return _dump(Unprinted(ticket=ticket_body(ticket, ctx.office), paper=paper, reason=reason))


def _open(conn: Transaction, ctx: Context, number: int) -> TicketBody | None:
    ticket = tickets.open_at(conn, number)
    return None if ticket is None else ticket_body(ticket, ctx.office)


def _names(service: Service) -> dict[str, str]:
    return {"code": service.code, "name_vi": service.name_vi, "name_en": service.name_en}


def _dump(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")


def _text(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
