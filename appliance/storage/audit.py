"""Proves a database, from its own rows alone, through a connection that cannot write.

The log is replayed: every change of every ticket must be one that `domain.ticket` allows, and
what the tables say must be what the log tells.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, select, type_coerce
from sqlalchemy.types import NullType

from appliance.domain.paper import PaperState
from appliance.domain.ticket import OPEN_AT_COUNTER, TicketState, allowed
from appliance.errors import Invalid, Unavailable
from appliance.storage.audit_log import Told, read_log
from appliance.storage.audit_ratings import RatingReplay, judge_ratings
from appliance.storage.audit_rows import Audit, Unsound, number, text, ticket_id
from appliance.storage.engine import integrity_problems
from appliance.storage.readonly import reading
from appliance.storage.tables import (
    business_days,
    device_states,
    devices,
    heartbeat,
    print_jobs,
    series_heads,
    staff,
    tickets,
)

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
# Of these the log does not tell enough to prove them: their rows must be sound, no more.
_UNTOLD = (business_days, device_states, devices, heartbeat, staff)


@dataclass
class _Replay:
    """What the log says: each ticket's state, each slip's state."""

    tickets: dict[int, TicketState] = field(default_factory=dict)
    papers: dict[int, str] = field(default_factory=dict)


def audit(path: Path) -> Audit:
    """Return what a database proves, or what is wrong with it.

    Raises Invalid("not_a_database") for a file that is none of an office.
    """
    found = Audit()
    try:
        with reading(path) as conn:
            _look(conn, found)
    except Unavailable as exc:
        reason = exc.fields["reason"]
        if not found.problems:
            raise Invalid("not_a_database", reason=reason) from exc
        # A page of it is damaged, as was told: the rest is worth naming all the same.
        found.say(f"file: nothing after that can be read: {reason}")
    return found


def _look(conn: Connection, found: Audit) -> None:
    found.problems += [f"file: {line}" for line in integrity_problems(conn)]
    replay, ratings = _Replay(), RatingReplay()
    for event in read_log(conn, found):
        try:
            _apply(replay, event, found)
            ratings.apply(event)
        except Unsound as exc:
            found.say(f"events: seq {event.seq} ({event.type}) holds no right {exc}")
    _numbers(conn, found)
    _tickets(conn, replay, found)
    _papers(conn, replay, found)
    judge_ratings(conn, ratings, found)
    for table in _UNTOLD:
        for _row in found.rows(conn, table):
            pass


def _apply(replay: _Replay, event: Told, found: Audit) -> None:
    """Follow an event; raises Unsound for one that does not hold what its type must."""
    seq, fields = event.seq, event.fields
    if event.type in ("print.changed", "print.queued"):
        replay.papers[number(fields, "job_id")] = text(fields, "state")
    if not (event.type.startswith("ticket.") or "ticket" in fields):
        return
    id_ = ticket_id(fields)
    if event.type == "ticket.issued":
        if id_ in replay.tickets:
            found.say(f"events: seq {seq} issues ticket {id_} a second time")
        replay.tickets[id_] = TicketState.WAITING
        if fields.get("job_id") is not None:
            replay.papers[number(fields, "job_id")] = PaperState.QUEUED.value
        return
    new, old = _LEADS_TO.get(event.type), replay.tickets.get(id_)
    if new is None:
        found.say(f"events: seq {seq} has the unknown type {event.type}")
        return
    if old is None or not allowed(old, new):
        found.say(f"events: seq {seq} moves ticket {id_} from {old} to {new}")
    replay.tickets[id_] = new


def _numbers(conn: Connection, found: Audit) -> None:
    """Check that no number is there twice, none is skipped, and the heads are right.

    Unique indexes are meant to make doubles impossible; grouping does not rely on them.
    """
    last = {(str(row.day), row.series): row.number for row in found.rows(conn, series_heads)}
    # An expression cannot be answered from the index, and is a number whatever lies there.
    given = tickets.c.number + 0
    day = type_coerce(tickets.c.day, NullType())
    groups = conn.execute(
        select(
            day.label("day"),
            tickets.c.series,
            func.count().label("all"),
            func.count(given.distinct()).label("different"),
            func.min(given).label("low"),
            func.max(given).label("high"),
        ).group_by(day, tickets.c.series)
    )
    for row in groups:
        name = f"tickets: {row.day} series {row.series}"
        if row.all != row.different:
            found.say(f"{name}: {row.all - row.different} numbers are given twice")
        elif row.all != row.high - row.low + 1:
            found.say(f"{name}: numbers are missing between {row.low} and {row.high}")
        if last.pop((str(row.day), row.series), None) != row.high:
            found.say(f"{name}: the head of the series is not {row.high}")
    for days, series in last:
        found.say(f"series_heads: {days} series {series} has no tickets")


def _tickets(conn: Connection, replay: _Replay, found: Audit) -> None:
    """Check that each ticket is where its events led it, and counters have one open at most."""
    states: Counter[str] = Counter()
    open_at: Counter[int] = Counter()
    told = dict(replay.tickets)
    for row in found.rows(conn, tickets):
        states[str(row.state)] += 1
        if row.state in OPEN_AT_COUNTER:
            open_at[row.counter] += 1
        expected = told.pop(row.id, None)
        if expected is None:
            found.say(f"tickets: {row.id} ({row.label}) was never issued by the log")
        elif expected != row.state:
            found.say(f"tickets: {row.id} ({row.label}) is {row.state}, the log says {expected}")
    for id_ in told:
        found.say(f"tickets: {id_} was issued by the log but is not there")
    for counter, open_now in open_at.items():
        if open_now > 1:
            found.say(f"tickets: {open_now} are open at counter {counter}")
    found.counts["tickets"] = sum(states.values())
    found.counts.update({f"tickets {state}": count for state, count in sorted(states.items())})


def _papers(conn: Connection, replay: _Replay, found: Audit) -> None:
    """Check that each slip's state is known, and is what the log says."""
    states: Counter[str] = Counter()
    live: Counter[int] = Counter()
    told = dict(replay.papers)
    known = {state.value for state in PaperState}
    for row in found.rows(conn, print_jobs):
        states[str(row.state)] += 1
        live[row.ticket_id] += row.state != PaperState.SUPERSEDED
        expected = told.pop(row.id, None)
        if row.state not in known:
            found.say(f"print_jobs: {row.id} has the unknown state {row.state}")
        elif expected != row.state:
            found.say(f"print_jobs: {row.id} is {row.state}, the log says {expected}")
    for job_id in told:
        found.say(f"print_jobs: {job_id} was queued by the log but is not there")
    for id_, slips in live.items():
        if slips > 1:
            found.say(f"print_jobs: ticket {id_} has {slips} slips that count")
    found.counts["slips"] = sum(states.values())
    found.counts.update({f"slips {state}": count for state, count in sorted(states.items())})
