"""Proves a database, from its own rows alone; the file is opened so that nothing can be written.

The log is replayed: every change of every ticket must be one that `domain.ticket` allows, and
what the tables say must be what the log tells.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from appliance.domain.paper import PaperState
from appliance.domain.ticket import OPEN_AT_COUNTER, TicketState, allowed
from appliance.errors import Invalid
from appliance.storage import log
from appliance.storage.audit_ratings import rating_problems
from appliance.storage.engine import integrity_problems, open_read_only
from appliance.storage.tables import events, log_head, print_jobs, series_heads, tickets

_LEADS_TO = {
    "ticket.called": TicketState.CALLED,
    "ticket.recalled": TicketState.CALLED,
    "ticket.serving": TicketState.SERVING,
    "ticket.absent": TicketState.ABSENT,
    "ticket.finished": TicketState.FINISHED,
    "ticket.returned": TicketState.WAITING,
    "ticket.cancelled": TicketState.CANCELLED,
    "ticket.expired": TicketState.EXPIRED,
}


@dataclass
class Audit:
    """What was found: `counts` of what there is, `problems` as lines that name the rows.

    `rules` is what the rules make of each rating press, by its request id.
    """

    counts: dict[str, int] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass
class _Replay:
    """What the log says: each ticket's state, each slip's state."""

    tickets: dict[int, TicketState] = field(default_factory=dict)
    papers: dict[int, str] = field(default_factory=dict)


def audit(path: Path) -> Audit:
    """Return what a database proves, or what is wrong with it.

    Raises Invalid("not_a_database") for a file that is none of an office.
    """
    try:
        return _audit(path)
    except DatabaseError as exc:
        raise Invalid("not_a_database", reason=str(exc.orig)) from exc
    except sqlite3.DatabaseError as exc:
        raise Invalid("not_a_database", reason=str(exc)) from exc


def _audit(path: Path) -> Audit:
    found = Audit(problems=[f"file: {line}" for line in integrity_problems(path)])
    engine = create_engine("sqlite://", creator=lambda: open_read_only(path), poolclass=StaticPool)
    try:
        with engine.connect() as conn:
            conn.exec_driver_sql("BEGIN")
            replay = _Replay()
            found.problems += _log(conn, replay, found)
            found.problems += _numbers(conn)
            found.problems += _tickets(conn, replay, found)
            found.problems += _papers(conn, replay, found)
            found.problems += rating_problems(conn, found.counts, found.rules)
    finally:
        engine.dispose()
    return found


def _log(conn: Connection, replay: _Replay, found: Audit) -> Iterator[str]:
    """Check the chain row by row, and replay it."""
    head = conn.execute(select(log_head)).one()
    expected, last_hash = 1, log.genesis(head.lineage)
    for row in conn.execute(select(events).order_by(events.c.seq)):
        if row.seq != expected:
            yield f"events: seq {expected} to {row.seq - 1} is missing"
        try:
            payload = json.loads(row.payload)
        except ValueError:
            yield f"events: seq {row.seq} holds no JSON"
            expected, last_hash = row.seq + 1, row.hash
            continue
        if row.prev_hash != last_hash or row.hash != log.row_hash(
            row.prev_hash, row.seq, row.at, row.type, payload, row.request_id, row.actor
        ):
            yield f"events: the hash chain breaks at seq {row.seq}"
        yield from _apply(replay, row.seq, row.type, payload)
        expected, last_hash = row.seq + 1, row.hash
    found.counts["events"] = expected - 1
    if (head.seq, head.hash) != (expected - 1, last_hash):
        yield f"log_head: says seq {head.seq}, the log ends at {expected - 1}"


def _apply(replay: _Replay, seq: int, type_: str, payload: dict[str, object]) -> Iterator[str]:
    if type_ in ("print.changed", "print.queued"):
        replay.papers[int(str(payload["job_id"]))] = str(payload["state"])
    body = payload.get("ticket")
    if not isinstance(body, dict):
        return
    ticket_id = int(body["id"])
    if type_ == "ticket.issued":
        if ticket_id in replay.tickets:
            yield f"events: seq {seq} issues ticket {ticket_id} a second time"
        replay.tickets[ticket_id] = TicketState.WAITING
        if payload["job_id"] is not None:
            replay.papers[int(str(payload["job_id"]))] = PaperState.QUEUED.value
        return
    new, old = _LEADS_TO.get(type_), replay.tickets.get(ticket_id)
    if new is None:
        yield f"events: seq {seq} has the unknown type {type_}"
        return
    if old is None or not allowed(old, new):
        yield f"events: seq {seq} moves ticket {ticket_id} from {old} to {new}"
    replay.tickets[ticket_id] = new


def _numbers(conn: Connection) -> Iterator[str]:
    """Check that no number is there twice, none is skipped, and the heads are right.

    Unique indexes are meant to make doubles impossible; grouping does not rely on them.
    """
    last = {(row.day, row.series): row.number for row in conn.execute(select(series_heads))}
    number = tickets.c.number + 0  # an expression cannot be answered from the index
    groups = conn.execute(
        select(
            tickets.c.day,
            tickets.c.series,
            func.count().label("all"),
            func.count(number.distinct()).label("different"),
            func.min(number).label("low"),
            func.max(number).label("high"),
        ).group_by(tickets.c.day, tickets.c.series)
    )
    for row in groups:
        name = f"tickets: {row.day} series {row.series}"
        if row.all != row.different:
            yield f"{name}: {row.all - row.different} numbers are given twice"
        elif row.all != row.high - row.low + 1:
            yield f"{name}: numbers are missing between {row.low} and {row.high}"
        if last.pop((row.day, row.series), None) != row.high:
            yield f"{name}: the head of the series is not {row.high}"
    for day, series in last:
        yield f"series_heads: {day} series {series} has no tickets"


def _tickets(conn: Connection, replay: _Replay, found: Audit) -> Iterator[str]:
    """Check that each ticket is where its events led it, and counters have one open at most."""
    states: Counter[str] = Counter()
    open_at: Counter[int] = Counter()
    told = dict(replay.tickets)
    for row in conn.execute(select(tickets)):
        states[row.state] += 1
        if row.state in OPEN_AT_COUNTER:
            open_at[row.counter] += 1
        expected = told.pop(row.id, None)
        if expected is None:
            yield f"tickets: {row.id} ({row.label}) was never issued by the log"
        elif expected != row.state:
            yield f"tickets: {row.id} ({row.label}) is {row.state}, the log says {expected}"
    for ticket_id in told:
        yield f"tickets: {ticket_id} was issued by the log but is not there"
    for counter, number in open_at.items():
        if number > 1:
            yield f"tickets: {number} are open at counter {counter}"
    found.counts["tickets"] = sum(states.values())
    found.counts.update({f"tickets {state}": count for state, count in sorted(states.items())})


def _papers(conn: Connection, replay: _Replay, found: Audit) -> Iterator[str]:
    """Check that each slip's state is known, and is what the log says."""
    states: Counter[str] = Counter()
    live: Counter[int] = Counter()
    told = dict(replay.papers)
    known = {state.value for state in PaperState}
    for row in conn.execute(select(print_jobs)):
        states[row.state] += 1
        live[row.ticket_id] += row.state != PaperState.SUPERSEDED
        expected = told.pop(row.id, None)
        if row.state not in known:
            yield f"print_jobs: {row.id} has the unknown state {row.state}"
        elif expected != row.state:
            yield f"print_jobs: {row.id} is {row.state}, the log says {expected}"
    for job_id in told:
        yield f"print_jobs: {job_id} was queued by the log but is not there"
    for ticket_id, number in live.items():
        if number > 1:
            yield f"print_jobs: ticket {ticket_id} has {number} slips that count"
    found.counts["slips"] = sum(states.values())
    found.counts.update({f"slips {state}": count for state, count in sorted(states.items())})
