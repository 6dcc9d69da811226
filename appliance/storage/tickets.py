"""Queries on tickets and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select, text, update

from appliance.domain.ticket import Ticket, TicketState
from appliance.storage.ratings import CALLED
from appliance.storage.tables import panel_turns, series_heads, tickets

# In the very words of the partial index uq_tickets_open_counter: with bound values SQLite could not
# know that it applies, and would read every ticket of all years at each call.
_OPEN = text("tickets.state IN ('called', 'serving')")


def last_number(conn: Connection, day: date, series: str) -> int | None:
    """Return the last number given on `day` in `series`; None if none was."""
    return conn.execute(
        select(series_heads.c.number).where(
            series_heads.c.day == day, series_heads.c.series == series
        )
    ).scalar_one_or_none()


def take_number(conn: Connection, day: date, series: str, number: int, last: int | None) -> None:
    """Note that `number` is given; `last` is what `last_number` returned."""
    if last is None:
        conn.execute(insert(series_heads).values(day=day, series=series, number=number))
    else:
        conn.execute(
            update(series_heads)
            .where(series_heads.c.day == day, series_heads.c.series == series)
            .values(number=number)
        )


def add(conn: Connection, **values: Any) -> int:
    """Insert a ticket and return its id."""
    result = conn.execute(insert(tickets).values(**values))
    (key,) = result.inserted_primary_key or (None,)
    assert key is not None
    return int(key)


def get(conn: Connection, ticket_id: int) -> Ticket | None:
    """Return the ticket, or None."""
    return _one(conn, tickets.c.id == ticket_id)


def by_token(conn: Connection, token: str) -> Ticket | None:
    """Return the ticket whose phone page has this token, or None."""
    return _one(conn, tickets.c.token == token)


def waiting(
    conn: Connection, day: date, services: Iterable[str], limit: int | None = None
) -> list[Ticket]:
    """Return the waiting tickets of these services in the queue's order."""
    return _many(
        conn,
        and_(
            tickets.c.day == day,
            tickets.c.state == TicketState.WAITING.value,
            tickets.c.service.in_(list(services)),
        ),
        limit,
    )


def waiting_counts(conn: Connection, day: date) -> dict[str, int]:
    """Return how many wait, by service; services without any are absent."""
    rows = conn.execute(
        select(tickets.c.service, func.count().label("n"))
        .where(tickets.c.day == day, tickets.c.state == TicketState.WAITING.value)
        .group_by(tickets.c.service)
    )
    return {row.service: row.n for row in rows}


def count_waiting(conn: Connection, day: date, service: str) -> int:
    """Return how many wait for `service`."""
    return conn.execute(
        select(func.count())
        .select_from(tickets)
        .where(
            tickets.c.day == day,
            tickets.c.state == TicketState.WAITING.value,
            tickets.c.service == service,
        )
    ).scalar_one()


def count_ahead(conn: Connection, ticket: Ticket) -> int:
    """Return how many waiting tickets of the same service stand before `ticket`."""
    before = or_(
        tickets.c.position < ticket.position,
        and_(tickets.c.position == ticket.position, tickets.c.moved_seq < ticket.moved_seq),
    )
    return conn.execute(
        select(func.count())
        .select_from(tickets)
        .where(
            tickets.c.day == ticket.day,
            tickets.c.state == TicketState.WAITING.value,
            tickets.c.service == ticket.service,
            before,
        )
    ).scalar_one()


def in_state(
    conn: Connection, day: date, state: TicketState, services: Sequence[str]
) -> list[Ticket]:
    """Return the tickets of `day` in `state` for these services, in the queue's order."""
    return _many(
        conn,
        and_(tickets.c.day == day, tickets.c.state == state.value, tickets.c.service.in_(services)),
    )


def still_waiting(conn: Connection, day: date) -> list[Ticket]:
    """Return the tickets of `day` that still wait."""
    return _many(conn, and_(tickets.c.day == day, tickets.c.state == TicketState.WAITING.value))


def newest(conn: Connection, day: date) -> Ticket | None:
    """Return the ticket of `day` that was issued last, or None."""
    last = select(func.max(tickets.c.id)).where(tickets.c.day == day).scalar_subquery()
    return _one(conn, tickets.c.id == last)


def open_at(conn: Connection, counter: int) -> Ticket | None:
    """Return the ticket that is called to or served at `counter`, or None."""
    return _one(conn, and_(tickets.c.counter == counter, _OPEN))


def all_open(conn: Connection) -> list[Ticket]:
    """Return every ticket that is open at a counter."""
    return _many(conn, _OPEN)


def recently_called(
    conn: Connection, day: date, limit: int, services: Sequence[str]
) -> list[Ticket]:
    """Return the last called tickets of these services on `day`, newest call first."""
    rows = conn.execute(
        select(tickets)
        .where(
            tickets.c.day == day,
            tickets.c.called_seq.is_not(None),
            tickets.c.service.in_(services),
        )
        .order_by(tickets.c.called_seq.desc())
        .limit(limit)
    )
    return [_ticket(row) for row in rows.mappings()]


def priority_run(conn: Connection, services: Sequence[str], since_seq: int, most: int) -> int:
    """Return how many of the last calls for these services in a row were of priority tickets.

    Looks at calls later than event `since_seq`, and at no more than `most`. Recalls are no calls:
    `panel_turns` does not hold them.
    """
    rows = conn.execute(
        select(tickets.c.priority)
        .join(panel_turns, panel_turns.c.ticket_id == tickets.c.id)
        .where(
            panel_turns.c.seq > since_seq,
            panel_turns.c.kind == CALLED,
            tickets.c.service.in_(services),
        )
        .order_by(panel_turns.c.seq.desc())
        .limit(most)
    )
    return sum(1 for _ in takewhile(lambda priority: priority, rows.scalars()))


def change(conn: Connection, ticket: Ticket, state: TicketState, **values: Any) -> Ticket | None:
    """Move `ticket` to `state` if it is still as it was read; None if somebody was faster."""
    result = conn.execute(
        update(tickets)
        .where(
            tickets.c.id == ticket.id,
            tickets.c.state == ticket.state.value,
            tickets.c.calls == ticket.calls,
        )
        .values(state=state.value, **values)
    )
    return get(conn, ticket.id) if result.rowcount == 1 else None


def recent_of_origin(
    conn: Connection, day: date, origins: Sequence[str], since: datetime
) -> list[Ticket]:
    """Return tickets of `day` taken at one of `origins` since then, newest first."""
    rows = conn.execute(
        select(tickets)
        .where(tickets.c.day == day, tickets.c.origin.in_(origins), tickets.c.issued_at >= since)
        .order_by(tickets.c.id.desc())
        .limit(5)
    )
    return [_ticket(row) for row in rows.mappings()]


def _one(conn: Connection, where: Any) -> Ticket | None:
    row = conn.execute(select(tickets).where(where)).mappings().one_or_none()
    return None if row is None else _ticket(row)


def _many(conn: Connection, where: Any, limit: int | None = None) -> list[Ticket]:
    rows = conn.execute(
        select(tickets).where(where).order_by(tickets.c.position, tickets.c.moved_seq).limit(limit)
    )
    return [_ticket(row) for row in rows.mappings()]


def _ticket(row: RowMapping) -> Ticket:
    values = {key: value for key, value in row.items() if key != "request_id"}
    values["state"] = TicketState(values["state"])
    return Ticket(**values)
