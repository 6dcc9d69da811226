"""Print the slip of a ticket once more, marked as a reprint."""

from __future__ import annotations

from appliance.domain.paper import FINAL, PaperState
from appliance.domain.ticket import Ticket
from appliance.errors import Refused
from appliance.protocol.events import PrintQueued
from appliance.storage import prints
from appliance.storage.engine import Transaction
from appliance.usecases.at_counter import find_ticket
from appliance.usecases.bodies import ticket_body
from appliance.usecases.context import Context
from appliance.usecases.issue import printer_for
from appliance.usecases.open_day import current_day
from appliance.usecases.repeats import earlier
from appliance.usecases.slip_jobs import (
    SlipOutcome,
    cannot_print,
    fit_printer,
    requeue,
    supersede,
)


def reprint(
    ctx: Context, ticket_id: int, *, printer: str | None = None, request_id: str, actor: str
) -> SlipOutcome:
    """Queue a new slip of the ticket; the slip before it is superseded in the same transaction.

    `printer` names where the paper shall come out, None for where the ticket's slip belongs. A
    slip whose end is not known yet is never printed beside a second one: it is refused until
    the agent has told its end. Raises NotFound("unknown_ticket" | "unknown_printer"),
    Refused("ticket_over" | "slip_in_hand" | "no_printer" | "printer_not_ready" |
    "request_reused").
    """
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (PrintQueued.type,))
        if row is not None:
            first = PrintQueued.model_validate(row.payload)
            if first.ticket_id != ticket_id or (printer or first.printer) != first.printer:
                raise Refused("request_reused")
            ticket = find_ticket(conn, ticket_id)
        else:
            ticket = find_ticket(conn, ticket_id)
            _require_in_queue(conn, ctx, ticket)
            _print_again(conn, ctx, ticket, printer, request_id, actor)
        job = prints.of_ticket(conn, ticket_id)
        assert job is not None, "it was queued now or by this request before"
        return SlipOutcome(ticket_body(ticket, ctx.office), job.state.value, job.printer)


def _print_again(
    conn: Transaction,
    ctx: Context,
    ticket: Ticket,
    printer: str | None,
    request_id: str,
    actor: str,
) -> None:
    before = prints.of_ticket(conn, ticket.id)
    if before is not None and before.state not in FINAL:
        raise Refused("slip_in_hand", ticket=ticket.label, printer=before.printer)
    target = _target(conn, ctx, ticket, printer)
    if before is not None and before.state is not PaperState.SUPERSEDED:
        supersede(conn, ctx, before, "reprinted", actor=actor)
    requeue(conn, ctx, ticket, target, reprint=True, actor=actor, request_id=request_id)


def _target(conn: Transaction, ctx: Context, ticket: Ticket, printer: str | None) -> str:
    office = ctx.office
    if printer is not None:
        target = office.printer(printer).name
    else:
        kind, _, name = ticket.origin.partition(":")
        known = kind == "kiosk" and any(kiosk.name == name for kiosk in office.kiosks)
        # A ticket that came without paper is printed where clerks' tickets are.
        home = (printer_for(office, name) if known else None) or printer_for(office, None)
        if home is None:
            raise Refused("no_printer")
        target = fit_printer(conn, office, home)
    cause = cannot_print(conn, target)
    if cause is not None:
        raise Refused("printer_not_ready", printer=target, cause=cause)
    return target


def _require_in_queue(conn: Transaction, ctx: Context, ticket: Ticket) -> None:
    if ticket.over or ticket.day != current_day(conn, ctx.clock.now()):
        raise Refused("ticket_over", ticket=ticket.label, state=ticket.state.value)
