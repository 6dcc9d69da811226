"""Queries on print jobs: the server's mirror of the agents' ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from appliance.domain.paper import FINAL, ON_PAPER, PaperState, PrintJob
from appliance.domain.ticket import TicketState
from appliance.storage import log
from appliance.storage.tables import print_jobs, tickets

_SEAL_LETTERS = 16


def add(conn: Connection, *, reprint: bool = False, **values: Any) -> int:
    """Insert a queued job and return its id."""
    result = conn.execute(
        insert(print_jobs).values(
            state=PaperState.QUEUED.value, rev=0, reason="", reprint=reprint, **values
        )
    )
    (key,) = result.inserted_primary_key or (None,)
    assert key is not None
    return int(key)


def get(conn: Connection, job_id: int) -> PrintJob | None:
    """Return the job, or None."""
    row = conn.execute(select(print_jobs).where(print_jobs.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def seal(conn: Connection, job: PrintJob) -> str:
    """Return what no other job has, whatever becomes of the database; see `protocol.agent`.

    It is of the event that queued the job, whose hash follows from all events before it.
    """
    return log.hash_of(conn, job.queued_seq)[:_SEAL_LETTERS]


def set_state(conn: Connection, job: PrintJob, state: PaperState, rev: int, reason: str) -> None:
    """Mirror what is known of the job now."""
    conn.execute(
        update(print_jobs)
        .where(print_jobs.c.id == job.id)
        .values(state=state.value, rev=rev, reason=reason[:80])
    )


def supersede(conn: Connection, job: PrintJob, reason: str, seq: int) -> None:
    """Take the job's slip out of use for good, as of event `seq`."""
    conn.execute(
        update(print_jobs)
        .where(print_jobs.c.id == job.id)
        .values(state=PaperState.SUPERSEDED.value, reason=reason[:80], superseded_seq=seq)
    )


def superseded(conn: Connection, printers: Sequence[str], after: int) -> list[PrintJob]:
    """Return the jobs of these printers that were taken out of use after event `after`."""
    rows = conn.execute(
        select(print_jobs)
        .where(
            print_jobs.c.state == PaperState.SUPERSEDED.value,
            print_jobs.c.printer.in_(printers),
            print_jobs.c.superseded_seq > after,
        )
        .order_by(print_jobs.c.superseded_seq)
    )
    return [_job(row) for row in rows]


def queued(conn: Connection, printers: Sequence[str] | None = None) -> list[PrintJob]:
    """Return the jobs without a word from an agent yet, of these printers or of all, in order."""
    query = select(print_jobs).where(print_jobs.c.state == PaperState.QUEUED.value)
    if printers is not None:
        query = query.where(print_jobs.c.printer.in_(printers))
    # Sorted here: asked for this order, SQLite would read the jobs of all years instead of the
    # index of those that are queued. The server asks every second.
    return sorted((_job(row) for row in conn.execute(query)), key=lambda job: job.id)


def of_ticket(conn: Connection, ticket_id: int) -> PrintJob | None:
    """Return the latest job of the ticket, or None where it has no printer."""
    row = conn.execute(
        select(print_jobs)
        .where(print_jobs.c.ticket_id == ticket_id)
        .order_by(print_jobs.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _job(row)


def refused_by(conn: Connection, job: PrintJob) -> set[str]:
    """Return the printers whose ledgers have spoken of this slip in the wait of `job`."""
    rows = conn.execute(
        select(print_jobs.c.printer).where(
            print_jobs.c.ticket_id == job.ticket_id,
            print_jobs.c.queued_mono_ms == job.queued_mono_ms,
            print_jobs.c.boot_id == job.boot_id,
            print_jobs.c.rev > 0,
        )
    )
    return {str(row.printer) for row in rows}


def not_on_paper(conn: Connection, day: date, limit: int) -> list[PrintJob]:
    """Return jobs of waiting tickets of `day` that ended without paper, newest first."""
    bad = [state.value for state in FINAL - ON_PAPER - {PaperState.SUPERSEDED}]
    rows = conn.execute(
        select(print_jobs)
        .join(tickets, tickets.c.id == print_jobs.c.ticket_id)
        .where(
            tickets.c.day == day,
            tickets.c.state == TicketState.WAITING.value,
            print_jobs.c.state.in_(bad),
        )
        .order_by(print_jobs.c.id.desc())
        .limit(limit)
    )
    return [_job(row) for row in rows]


def _job(row: Any) -> PrintJob:
    values = dict(row._mapping)
    values["state"] = PaperState(values["state"])
    return PrintJob(**values)
