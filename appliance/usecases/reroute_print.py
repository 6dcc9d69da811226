"""Give a slip that was never begun to the fallback printer, as long as its citizen still waits."""

from __future__ import annotations

from appliance.domain.paper import PULL_LIMIT_MS, PaperState, PrintJob, age_ms
from appliance.storage import prints, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.context import Context
from appliance.usecases.slip_jobs import cannot_print, next_printer, requeue, supersede


def reroute_queued(ctx: Context, job_id: int) -> bool:
    """Move a queued job whose printer cannot print; False if it stays where it is.

    Only for jobs that no agent was handed: the caller holds the lock under which it hands out.
    """
    with ctx.db.write() as conn:
        job = prints.get(conn, job_id)
        if job is None or job.state is not PaperState.QUEUED:
            return False
        if cannot_print(conn, job.printer) is None:
            return False
        return reroute(conn, ctx, job)


def reroute(conn: Transaction, ctx: Context, job: PrintJob) -> bool:
    """Queue the slip at the next printer that may print, in the time that is left to the job.

    The caller knows that no byte of it was or will be given to its printer: it is queued and
    was not handed out, or its ledger says `failed`. False if there is no such printer or time;
    a printer that has refused the slip before is none.
    """
    age = age_ms(job, ctx.clock.monotonic_ms(), ctx.boot_id)
    if age is None or age > PULL_LIMIT_MS or not ctx.office.has_printer(job.printer):
        return False
    # What one printer has refused may be the slip's own fault: it never goes round.
    target = next_printer(conn, ctx.office, job.printer, prints.refused_by(conn, job))
    if target is None:
        return False
    ticket = tickets.get(conn, job.ticket_id)
    assert ticket is not None, "a foreign key holds it"
    supersede(conn, ctx, job, "rerouted", actor="system")
    requeue(conn, ctx, ticket, target, reprint=job.reprint, actor="system", instead_of=job)
    return True
