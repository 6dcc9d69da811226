"""Keep the server's word on a slip in step with the agent's ledger."""

from __future__ import annotations

from appliance.domain.paper import PaperState, accepts
from appliance.errors import NotFound
from appliance.storage import prints
from appliance.usecases.context import Context
from appliance.usecases.reroute_print import reroute
from appliance.usecases.slip_jobs import store_state


def mirror_print(
    ctx: Context,
    job_id: int,
    state: PaperState,
    *,
    rev: int,
    reason: str,
    actor: str,
    printers: frozenset[str] | None = None,
    seal: str = "",
) -> bool:
    """Store what the ledger says; False if it was known already.

    A slip that failed before its first byte goes on to the fallback printer, if there is time.
    `printers` are those that the reporting agent owns. A `seal` names the job beyond doubt: with
    another one the word is about a job of a database that is gone. Raises NotFound("unknown_job").
    """
    with ctx.db.write() as conn:
        job = prints.get(conn, job_id)
        if job is None or (printers is not None and job.printer not in printers):
            raise NotFound("unknown_job", job=job_id)
        if seal and seal != prints.seal(conn, job):
            raise NotFound("unknown_job", job=job_id, seal=seal)
        if not accepts(job, rev):
            return False
        job = store_state(conn, ctx, job, state, rev, reason, actor)
        if state is PaperState.FAILED:
            reroute(conn, ctx, job)
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
        store_state(conn, ctx, job, state, 0, reason, "system")
    return True
