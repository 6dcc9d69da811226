"""Proves the ratings: rows are what the log tells, and each counted one is of a served ticket."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from appliance.domain.rating import Rule
from appliance.domain.ticket import TicketState
from appliance.storage.ratings import CALLED, FINISHED, Stored, judge_all, stored
from appliance.storage.tables import events, panel_turns, rating_presses, rating_reasons, tickets
from appliance.storage.types import from_iso, iso

_TURN_TYPES = {"ticket.called": CALLED, "ticket.finished": FINISHED}
_PRESSED, _REASONED = "rating.pressed", "rating.reasoned"
# Fields of a press that row and event have under one name.
_SAME = ("counter", "level", "scale", "via", "ticket_id", "right_panel", "at_work")
_MOMENTS = ("pressed_at", "received_at", "finished_at", "next_called_at")


@dataclass
class _Told:
    """What the log says: turns by seq as (counter, kind, ticket, at), presses and reasons."""

    turns: dict[int, tuple[int, str, int, str]] = field(default_factory=dict)
    presses: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    reasons: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)


def rating_problems(
    conn: Connection, counts: dict[str, int], rules: dict[str, str]
) -> Iterator[str]:
    """Yield what is wrong with the ratings; put what there is into `counts` and `rules`."""
    told = _replay(conn)
    yield from _turns(conn, told)
    presses = list(conn.execute(select(rating_presses).order_by(rating_presses.c.id)))
    yield from _rows(presses, told)
    yield from _windows(presses, told)
    judged = [stored(row) for row in presses]
    verdicts = judge_all(judged)
    rules.update({one.request_id: verdicts[one.press.id].value for one in judged})
    yield from _counted(conn, judged, verdicts, counts)
    yield from _reasons(conn, told)


def _replay(conn: Connection) -> _Told:
    told = _Told()
    wanted = events.c.type.in_([*_TURN_TYPES, _PRESSED, _REASONED])
    for row in conn.execute(select(events).where(wanted).order_by(events.c.seq)):
        payload = json.loads(row.payload)
        if row.type == _PRESSED:
            told.presses[row.request_id] = (row.seq, payload)
        elif row.type == _REASONED:
            told.reasons[row.request_id] = (row.seq, payload)
        elif row.type == "ticket.called" or row.actor != "system":
            # What the opening of a day finishes was left open: nobody was just served.
            told.turns[row.seq] = (
                payload["counter"],
                _TURN_TYPES[row.type],
                payload["ticket"]["id"],
                iso(row.at),
            )
    return told


def _turns(conn: Connection, told: _Told) -> Iterator[str]:
    rows = {
        row.seq: (row.counter, row.kind, row.ticket_id, iso(row.at))
        for row in conn.execute(select(panel_turns))
    }
    for seq in sorted(rows.keys() | told.turns.keys()):
        if rows.get(seq) != told.turns.get(seq):
            yield f"panel_turns: {seq} is {rows.get(seq)}, the log says {told.turns.get(seq)}"


def _rows(presses: list[Any], told: _Told) -> Iterator[str]:
    untold = dict(told.presses)
    for row in presses:
        seq, payload = untold.pop(row.request_id, (None, None))
        if payload is None:
            yield f"rating_presses: {row.id} was never told by the log"
            continue
        differs = [name for name in _SAME if getattr(row, name) != payload[name]]
        differs += [name for name in _MOMENTS if _text(getattr(row, name)) != payload[name]]
        if row.day.isoformat() != payload["day"]:
            differs.append("day")
        if row.seq != seq:
            differs.append("seq")
        for name in differs:
            yield f"rating_presses: {row.id} differs from the log in {name}"
    for request_id in untold:
        yield f"rating_presses: {request_id} was told by the log but is not there"


def _windows(presses: list[Any], told: _Told) -> Iterator[str]:
    """Check the window that was noted with each press against the calls and ends in the log."""
    finishes = {t: (c, at) for c, kind, t, at in told.turns.values() if kind == FINISHED}
    ends = {t: seq for seq, (_, kind, t, _) in told.turns.items() if kind == FINISHED}
    for row in presses:
        if row.ticket_id is None:
            continue
        counter, at = finishes.get(row.ticket_id, (None, None))
        if _text(row.finished_at) != at:
            yield f"rating_presses: {row.id} says finished at {_text(row.finished_at)}, not {at}"
            continue
        if row.right_panel and row.counter != counter:
            yield f"rating_presses: {row.id} is of counter {row.counter}, its ticket of {counter}"
        calls = [
            called_at
            for seq, (there, kind, _, called_at) in sorted(told.turns.items())
            if there == counter and kind == CALLED and ends[row.ticket_id] < seq < row.seq
        ][:1]
        known = [call for call in calls if row.pressed_at and from_iso(call) <= row.pressed_at]
        if _text(row.next_called_at) != (known[0] if known else None):
            yield f"rating_presses: {row.id} has a wrong next call {_text(row.next_called_at)}"


def _counted(
    conn: Connection, presses: list[Stored], rules: dict[int, Rule], counts: dict[str, int]
) -> Iterator[str]:
    """Check that every counted press is of a served ticket, and no ticket has two."""
    states = {row.id: row.state for row in conn.execute(select(tickets.c.id, tickets.c.state))}
    per_ticket: Counter[int | None] = Counter()
    for one in presses:
        if rules[one.press.id] is not Rule.COUNTED:
            continue
        per_ticket[one.ticket_id] += 1
        state = None if one.ticket_id is None else states.get(one.ticket_id)
        if state != TicketState.FINISHED:
            yield f"rating_presses: {one.press.id} counts, but ticket {one.ticket_id} is {state}"
    for ticket_id, number in per_ticket.items():
        if number > 1:
            yield f"rating_presses: {number} count for ticket {ticket_id}"
    counts["rating presses"] = len(presses)
    found = Counter(f"presses {rule.value}" for rule in rules.values())
    counts.update(dict(sorted(found.items())))


def _reasons(conn: Connection, told: _Told) -> Iterator[str]:
    untold = dict(told.reasons)
    requests = select(rating_presses.c.id, rating_presses.c.request_id)
    request_of = {row.id: row.request_id for row in conn.execute(requests)}
    for row in conn.execute(select(rating_reasons)):
        seq, payload = untold.pop(row.request_id, (None, None))
        found = (row.seq, request_of.get(row.press_id), json.loads(row.reasons))
        if payload is None or found != (seq, payload["press"], payload["reasons"]):
            yield f"rating_reasons: {row.id} differs from the log"
    for request_id in untold:
        yield f"rating_reasons: {request_id} was told by the log but is not there"


def _text(at: Any) -> str | None:
    return None if at is None else iso(at)
