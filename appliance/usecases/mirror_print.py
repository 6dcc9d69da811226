"""Keep the server's word on a slip in step with the agent's ledger."""

from __future__ import annotations

from appliance.domain.paper import PaperState, PrintJob, accepts
from appliance.errors import NotFound
from appliance.protocol.events import PrintChanged
from appliance.storage import prints, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.context import Context
from appliance.usecases.tell import tell


def mirror_print(
    ctx: Context,
    job_id: int,
    state: PaperState,
    *,
    rev: int,
    reason: str,
    actor: str,
    printers: frozenset[str] | None = None,
) -> bool:
    """Store what the ledger says; False if it was known already.

    `printers` are those that the reporting agent owns. Raises NotFound("unknown_job").
    """
    with ctx.db.write() as conn:
        job = prints.get(conn, job_id)
        if job is None or (printers is not None and job.printer not in printers):
            raise NotFound("unknown_job", job=job_id)
        if not accepts(job, rev):
            return False
        _store(conn, ctx, job, state, rev, reason, actor)
    return True


def give_up_print(ctx: Context, job_id: int, state: PaperState, *, reason: str) -> bool:
    """Store the server's own verdict on a job that no agent has spoken of; False if one has.

    "expired": it was never handed out, so it cannot be on paper. "unknown": it was handed out
    and no word came back; the agent's ledger corrects this when it returns.
    """
    with ctx.db.write() as conn:
        job = prints.get(conn, job_id)
        if job is None or job.state is not PaperState.QUEUED:
            return False
        _store(conn, ctx, job, state, 0, reason, "system")
    return True


def _store(
    conn: Transaction,
    ctx: Context,
    job: PrintJob,
    state: PaperState,
    rev: int,
    reason: str,
    actor: str,
) -> None:
    prints.set_state(conn, job, state, rev, reason)
    ticket = tickets.get(conn, job.ticket_id)
    assert ticket is not None, "a foreign key holds it"
    event = PrintChanged(
        job_id=job.id,
        ticket_id=ticket.id,
        label=ticket.label,
        kiosk=_kiosk(ticket.origin),
        printer=job.printer,
        state=state.value,
        rev=rev,
        reason=reason[:80],
    )
    tell(conn, ctx.clock.now(), event, actor=actor)


def _kiosk(origin: str) -> str | None:
    kind, _, name = origin.partition(":")
    return name if kind == "kiosk" else None
