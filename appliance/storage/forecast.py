"""Queries for the expected wait; each reads a few rows through an index, never a whole day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from appliance.domain.ticket import OPEN_AT_COUNTER, TicketState
from appliance.storage.tables import business_days, events, panel_turns, tickets


@dataclass(frozen=True)
class WaitingRow:
    """A waiting ticket, without what nobody asks for here."""

    id: int
    service: str
    priority: bool
    issued_at: datetime


@dataclass(frozen=True)
class OpenRow:
    """What is open at a counter, and since when."""

    counter: int
    service: str
    called_at: datetime


def queue(conn: Connection, day: date, services: Sequence[str]) -> list[WaitingRow]:
    """Return who waits for these services, in the queue's order."""
    rows = conn.execute(
        select(tickets.c.id, tickets.c.service, tickets.c.priority, tickets.c.issued_at)
        .where(
            tickets.c.day == day,
            tickets.c.state == TicketState.WAITING.value,
            tickets.c.service.in_(services),
        )
        .order_by(tickets.c.position, tickets.c.moved_seq)
    )
    return [WaitingRow(*row) for row in rows]


def at_counters(conn: Connection, day: date) -> list[OpenRow]:
    """Return what is open at the counters; tickets of an earlier day never are."""
    rows = conn.execute(
        select(tickets.c.counter, tickets.c.service, tickets.c.called_at).where(
            tickets.c.day == day,
            tickets.c.state.in_([state.value for state in OPEN_AT_COUNTER]),
        )
    )
    return [OpenRow(*row) for row in rows]


def last_turn(conn: Connection, counter: int) -> datetime | None:
    """Return when the counter last called or finished somebody; None if it never did."""
    return conn.execute(
        select(panel_turns.c.at)
        .where(panel_turns.c.counter == counter)
        .order_by(panel_turns.c.seq.desc())
        .limit(1)
    ).scalar_one_or_none()


def service_times_s(conn: Connection, day: date, service: str, limit: int) -> list[float]:
    """Return how long counters had the last finished tickets of `day`, from call to end."""
    rows = conn.execute(
        select(tickets.c.called_at, tickets.c.ended_at)
        .where(
            tickets.c.day == day,
            tickets.c.state == TicketState.FINISHED.value,
            tickets.c.service == service,
        )
        .order_by(tickets.c.position.desc())
        .limit(limit)
    )
    # A clock that was set back in between makes no service shorter than nothing.
    return [max(0.0, (row.ended_at - row.called_at).total_seconds()) for row in rows]


def day_before(conn: Connection, day: date) -> date | None:
    """Return the last business day before `day`, or None."""
    return conn.execute(
        select(func.max(business_days.c.day)).where(business_days.c.day < day)
    ).scalar_one_or_none()


def issue_payload(conn: Connection, ticket_id: int) -> str | None:
    """Return the event that issued the ticket, as JSON."""
    return conn.execute(
        select(events.c.payload)
        .join(tickets, tickets.c.request_id == events.c.request_id)
        .where(tickets.c.id == ticket_id)
    ).scalar_one_or_none()
