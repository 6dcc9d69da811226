"""Reads for the API and the phone page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appliance.domain.calendar import business_day
from appliance.domain.ticket import Ticket, TicketState
from appliance.errors import NotFound
from appliance.protocol.events import TicketBody, WaitBody
from appliance.storage import days, log, prints, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.expect_wait import expect_wait
from appliance.usecases.open_day import current_day


@dataclass(frozen=True)
class TicketView:
    """A ticket with what stands around it; `today` is False once its day is over.

    `wait` is what is expected now, None unless it waits and something is known.
    """

    ticket: TicketBody
    ahead: int
    wait: WaitBody | None
    paper: str
    reason: str
    today: bool


def ticket_by_id(ctx: Context, ticket_id: int) -> TicketView:
    """Return the ticket. Raises NotFound("unknown_ticket")."""
    with ctx.db.read() as conn:
        return _view(conn, ctx, tickets.get(conn, ticket_id))


def ticket_by_token(ctx: Context, token: str) -> TicketView:
    """Return the ticket of a phone page. Raises NotFound("unknown_ticket")."""
    with ctx.db.read() as conn:
        return _view(conn, ctx, tickets.by_token(conn, token))


def newest_ticket(ctx: Context) -> Ticket | None:
    """Return the ticket of this day that was issued last; None before the first."""
    with ctx.db.read() as conn:
        return tickets.newest(conn, current_day(conn, ctx.clock.now()))


def queue(ctx: Context) -> dict[str, Any]:
    """Return the business day, the waiting tickets in order and what is open at each counter."""
    with ctx.db.read() as conn:
        day = current_day(conn, ctx.clock.now())
        codes = [service.code for service in ctx.office.services]
        at_counters = {t.counter: ticket_body(t, ctx.office) for t in tickets.all_open(conn)}
        return {
            "seq": log.head(conn),
            "day": day.isoformat(),
            "waiting": [
                ticket_body(ticket, ctx.office).model_dump(mode="json")
                for ticket in tickets.waiting(conn, day, codes)
            ],
            "counters": [
                {
                    "number": counter.number,
                    "zone": counter.zone,
                    "services": list(counter.services),
                    "ticket": _dump(at_counters.get(counter.number)),
                }
                for counter in ctx.office.counters
            ],
        }


def _view(conn: Transaction, ctx: Context, ticket: Ticket | None) -> TicketView:
    if ticket is None:
        raise NotFound("unknown_ticket")
    job = prints.of_ticket(conn, ticket.id)
    waiting = ticket.state is TicketState.WAITING
    now = ctx.clock.now()
    today = ticket.day == business_day(now, days.last_opened(conn))
    return TicketView(
        ticket=ticket_body(ticket, ctx.office),
        ahead=tickets.count_ahead(conn, ticket) if waiting else 0,
        wait=expect_wait(conn, ctx, ticket, now) if waiting and today else None,
        paper="none" if job is None else job.state.value,
        reason="" if job is None else job.reason,
        today=today,
    )


def _dump(body: TicketBody | None) -> dict[str, Any] | None:
    return None if body is None else body.model_dump(mode="json")
