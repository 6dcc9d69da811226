"""What the verbs of a slip share: queue a job, store its state, take it out of use, tell it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.domain.office import Office
from appliance.domain.paper import PaperState, PrintJob
from appliance.domain.ticket import Ticket
from appliance.protocol.events import PrintChanged, PrintQueued, TicketBody
from appliance.storage import devices, log, prints, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.context import Context
from appliance.usecases.tell import tell


@dataclass(frozen=True)
class SlipOutcome:
    """What a verb did with the slip of `ticket`; `printer` is where the paper comes out."""

    ticket: TicketBody
    paper: str
    printer: str | None


def cannot_print(conn: Transaction, printer: str) -> str | None:
    """Return why the printer is known to print nothing now, None if it may."""
    report = devices.report_of(conn, printer)
    if report is None:
        return None
    if report.state == "failed" or "link_lost" in report.causes:
        return report.causes[0] if report.causes else "unknown_cause"
    return None


def fit_printer(conn: Transaction, office: Office, name: str) -> str:
    """Return the first printer along the fallbacks of `name` that may print; `name` if none may."""
    if cannot_print(conn, name) is None:
        return name
    return next_printer(conn, office, name) or name


def next_printer(
    conn: Transaction, office: Office, name: str, but: Collection[str] = ()
) -> str | None:
    """Return the first printer that may print now what `name` cannot, None if none of them may."""
    for other in office.with_fallbacks(name)[1:]:
        if other not in but and cannot_print(conn, other) is None:
            return other
    return None


def no_printer(conn: Transaction, office: Office, name: str) -> bool:
    """Return whether neither `name` nor any of its fallbacks may print."""
    return fit_printer(conn, office, name) == name and cannot_print(conn, name) is not None


def has_standby(conn: Transaction, office: Office, name: str) -> bool:
    """Return whether another printer may print now what `name` cannot."""
    return next_printer(conn, office, name) is not None


def queue_job(
    conn: Transaction,
    ctx: Context,
    ticket: Ticket,
    printer: str,
    now: datetime,
    *,
    reprint: bool = False,
    instead_of: PrintJob | None = None,
) -> int:
    """Store a queued job and return its id; its event must be the next one of the log.

    `instead_of` is the job whose wait it inherits, so that a slip is never printed late.
    """
    if instead_of is None:
        mono_ms, boot_id = ctx.clock.monotonic_ms(), ctx.boot_id
    else:
        mono_ms, boot_id = instead_of.queued_mono_ms, instead_of.boot_id
    return prints.add(
        conn,
        ticket_id=ticket.id,
        printer=printer,
        queued_seq=log.head(conn) + 1,
        queued_at=now,
        queued_mono_ms=mono_ms,
        boot_id=boot_id,
        reprint=reprint,
    )


def requeue(
    conn: Transaction,
    ctx: Context,
    ticket: Ticket,
    printer: str,
    *,
    reprint: bool,
    actor: str,
    request_id: str | None = None,
    instead_of: PrintJob | None = None,
) -> None:
    """Queue another slip of the ticket; the job it replaces must be out of use by now."""
    now = ctx.clock.now()
    job_id = queue_job(conn, ctx, ticket, printer, now, reprint=reprint, instead_of=instead_of)
    event = PrintQueued(
        job_id=job_id,
        ticket_id=ticket.id,
        label=ticket.label,
        kiosk=_kiosk(ticket.origin),
        printer=printer,
        state=PaperState.QUEUED.value,
        rev=0,
        reason="",
        reprint=reprint,
    )
    tell(conn, now, event, actor=actor, request_id=request_id)


def store_state(
    conn: Transaction,
    ctx: Context,
    job: PrintJob,
    state: PaperState,
    rev: int,
    reason: str,
    actor: str,
) -> PrintJob:
    """Mirror what is known of the job, tell it, and return the job as it is now."""
    prints.set_state(conn, job, state, rev, reason)
    changed = replace(job, state=state, rev=rev, reason=reason[:80])
    _tell_job(conn, ctx, changed, actor)
    return changed


def supersede(
    conn: Transaction,
    ctx: Context,
    job: PrintJob,
    reason: str,
    *,
    actor: str,
    request_id: str | None = None,
) -> None:
    """Take the job's slip out of use for good and tell it."""
    prints.supersede(conn, job, reason, log.head(conn) + 1)
    gone = replace(job, state=PaperState.SUPERSEDED, reason=reason[:80])
    _tell_job(conn, ctx, gone, actor, request_id)


def _tell_job(
    conn: Transaction, ctx: Context, job: PrintJob, actor: str, request_id: str | None = None
) -> None:
    ticket = tickets.get(conn, job.ticket_id)
    assert ticket is not None, "a foreign key holds it"
    event = PrintChanged(
        job_id=job.id,
        ticket_id=ticket.id,
        label=ticket.label,
        kiosk=_kiosk(ticket.origin),
        printer=job.printer,
        state=job.state.value,
        rev=job.rev,
        reason=job.reason,
    )
    tell(conn, ctx.clock.now(), event, actor=actor, request_id=request_id)


def _kiosk(origin: str) -> str | None:
    kind, _, name = origin.partition(":")
    return name if kind == "kiosk" else None
