"""Queries that count a day's tickets, slips and calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from appliance.storage.tables import business_days, events, print_jobs, tickets
from appliance.storage.types import from_iso


@dataclass(frozen=True)
class FirstCall:
    """A call as the log tells it."""

    seq: int
    ticket_id: int
    service: str
    issued_at: datetime
    called_at: datetime


def opened_seq(conn: Connection, day: date) -> int | None:
    """Return the event that opened `day`; None if it was not opened."""
    return conn.execute(
        select(business_days.c.opened_seq).where(business_days.c.day == day)
    ).scalar_one_or_none()


def tickets_by_state(conn: Connection, day: date) -> dict[str, int]:
    """Return how many tickets of `day` are in each state; states without any are absent."""
    rows = conn.execute(
        select(tickets.c.state, func.count().label("n"))
        .where(tickets.c.day == day)
        .group_by(tickets.c.state)
    )
    return {row.state: row.n for row in rows}


def slips_by_state(conn: Connection, day: date) -> dict[str, int]:
    """Return how many print jobs of the tickets of `day` are in each state."""
    rows = conn.execute(
        select(print_jobs.c.state, func.count().label("n"))
        .join(tickets, tickets.c.id == print_jobs.c.ticket_id)
        .where(tickets.c.day == day)
        .group_by(print_jobs.c.state)
    )
    return {row.state: row.n for row in rows}


def calls_after(conn: Connection, seq: int) -> Iterator[FirstCall]:
    """Yield every call (not the recalls) later than event `seq`, in order."""
    rows = conn.execute(
        select(events.c.seq, events.c.payload)
        .where(events.c.seq > seq, events.c.type == "ticket.called")
        .order_by(events.c.seq)
    )
    for row in rows:
        ticket = json.loads(row.payload)["ticket"]
        yield FirstCall(
            row.seq,
            ticket["id"],
            ticket["service"],
            from_iso(ticket["issued_at"]),
            from_iso(ticket["called_at"]),
        )


def absent_ids(conn: Connection, day: date) -> frozenset[int]:
    """Return the tickets of `day` whose citizens did not come."""
    rows = conn.execute(
        select(tickets.c.id).where(tickets.c.day == day, tickets.c.state == "absent")
    )
    return frozenset(row.id for row in rows)
