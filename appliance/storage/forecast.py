"""Queries for the expected wait; each reads a few rows through an index, never a whole day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import CompoundSelect, Connection, bindparam, func, select, union_all

from appliance.domain.ticket import OPEN_AT_COUNTER, TicketState
from appliance.storage.tables import business_days, events, panel_turns, tickets

# Two for each citizen: the last half hour and more, even where services are short.
_TURNS_EACH = 30


@dataclass(frozen=True)
class WaitingRow:
    """A waiting ticket, without what nobody asks for here."""

    id: int
    service: str
    priority: bool
    issued_at: datetime
    position: int
    moved_seq: int


@dataclass(frozen=True)
class OpenRow:
    """What is open at a counter, and since when."""

    counter: int
    service: str
    called_at: datetime


def queue(conn: Connection, day: date, services: Sequence[str]) -> list[WaitingRow]:
    """Return who waits for these services, in the queue's order."""
    rows = conn.execute(
        select(
            tickets.c.id,
            tickets.c.service,
            tickets.c.priority,
            tickets.c.issued_at,
            tickets.c.position,
            tickets.c.moved_seq,
        )
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


def last_turns(conn: Connection, day: date, counters: int) -> dict[int, datetime]:
    """Return when counters last called or finished somebody on `day`, of an office with so many.

    Those that were idle while the others had dozens of turns each are left out.
    """
    rows = conn.execute(
        select(panel_turns.c.counter, panel_turns.c.at)
        .where(
            panel_turns.c.seq
            > select(business_days.c.opened_seq).where(business_days.c.day == day).scalar_subquery()
        )
        .order_by(panel_turns.c.seq.desc())
        .limit(counters * _TURNS_EACH)
    )
    found: dict[int, datetime] = {}
    for counter, at in rows:
        found.setdefault(counter, at)
    return found


def service_times_s(
    conn: Connection, day: date, services: Sequence[str], limit: int
) -> dict[str, list[float]]:
    """Return how long counters had the last finished tickets of `day`, from call to end.

    At most `limit` of each service, the latest first.
    """
    if not services:
        return {}
    values = {f"service_{at}": service for at, service in enumerate(services)}
    rows = conn.execute(
        _service_times(len(services)),
        {"day": day, "state": TicketState.FINISHED.value, "most": limit, **values},
    )
    found: dict[str, list[float]] = {}
    for service, called_at, ended_at in rows:
        # A clock that was set back in between makes no service shorter than nothing.
        found.setdefault(service, []).append(max(0.0, (ended_at - called_at).total_seconds()))
    return found


@cache
def _service_times(services: int) -> CompoundSelect[str, datetime, datetime]:
    """Ask for so many services at once, for each through its own end of the index."""
    latest = [
        select(tickets.c.service, tickets.c.called_at, tickets.c.ended_at)
        .where(
            tickets.c.day == bindparam("day"),
            tickets.c.state == bindparam("state"),
            tickets.c.service == bindparam(f"service_{at}"),
        )
        .order_by(tickets.c.position.desc())
        .limit(bindparam("most"))
        .subquery()
        for at in range(services)
    ]
    return union_all(*(select(one) for one in latest))


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
