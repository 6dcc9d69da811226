"""Proves the ratings: rows are what the log tells, and each counted one is of a served ticket."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from appliance.domain.rating import Rule
from appliance.domain.ticket import TicketState
from appliance.storage.audit_log import Told
from appliance.storage.audit_rows import Audit, Unsound, number, parsed, ticket_id
from appliance.storage.ratings import CALLED, FINISHED, Stored, judge_all, stored
from appliance.storage.tables import panel_turns, rating_presses, rating_reasons, tickets
from appliance.storage.types import from_iso, iso

_TURN_TYPES = {"ticket.called": CALLED, "ticket.finished": FINISHED}
_PRESSED, _REASONED = "rating.pressed", "rating.reasoned"
# Fields of a press that row and event have under one name.
_SAME = ("counter", "level", "scale", "via", "ticket_id", "right_panel", "at_work")
_MOMENTS = ("pressed_at", "received_at", "finished_at", "next_called_at")
_MISSING = object()


@dataclass
class RatingReplay:
    """What the log says: turns by seq as (counter, kind, ticket, at), presses and reasons."""

    turns: dict[int, tuple[int, str, int, str]] = field(default_factory=dict)
    presses: dict[str | None, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    reasons: dict[str | None, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def apply(self, event: Told) -> None:
        """Follow an event; raises Unsound for one that does not hold what its type must."""
        if event.type == _PRESSED:
            self.presses[event.request_id] = (event.seq, event.fields)
        elif event.type == _REASONED:
            self.reasons[event.request_id] = (event.seq, event.fields)
        elif event.type == "ticket.called" or (
            # What the opening of a day finishes was left open: nobody was just served.
            event.type == "ticket.finished" and event.actor != "system"
        ):
            self.turns[event.seq] = (
                number(event.fields, "counter"),
                _TURN_TYPES[event.type],
                ticket_id(event.fields),
                iso(event.at),
            )


def judge_ratings(conn: Connection, told: RatingReplay, found: Audit) -> None:
    """Tell `found` what is wrong with the ratings, what there is, and what the rules make of it."""
    _turns(conn, told, found)
    presses = list(found.rows(conn, rating_presses))
    _rows(presses, told, found)
    sound = [row for row in presses if row.sound]
    _windows(sound, told, found)
    judged = _stored(sound, found)
    verdicts = judge_all(judged)
    found.rules.update({one.request_id: verdicts[one.press.id].value for one in judged})
    _counted(conn, judged, verdicts, found)
    _reasons(conn, presses, told, found)


def _turns(conn: Connection, told: RatingReplay, found: Audit) -> None:
    untold = dict(told.turns)
    for row in found.rows(conn, panel_turns):
        said = untold.pop(row.seq, None)
        if not row.sound:
            continue
        turn = (row.counter, row.kind, row.ticket_id, iso(row.at))
        if turn != said:
            found.say(f"panel_turns: {row.seq} is {turn}, the log says {said}")
    for seq, said in untold.items():
        found.say(f"panel_turns: {seq} is None, the log says {said}")


def _rows(presses: list[Any], told: RatingReplay, found: Audit) -> None:
    untold = dict(told.presses)
    for row in presses:
        seq, fields = untold.pop(row.request_id, (None, None))
        if fields is None:
            found.say(f"rating_presses: {row.id} was never told by the log")
            continue
        if not row.sound:
            continue
        differs = [name for name in _SAME if getattr(row, name) != fields.get(name, _MISSING)]
        differs += [
            name for name in _MOMENTS if _text(getattr(row, name)) != fields.get(name, _MISSING)
        ]
        if row.day.isoformat() != fields.get("day"):
            differs.append("day")
        if row.seq != seq:
            differs.append("seq")
        for name in differs:
            found.say(f"rating_presses: {row.id} differs from the log in {name}")
    for request_id in untold:
        found.say(f"rating_presses: {request_id} was told by the log but is not there")


def _windows(presses: list[Any], told: RatingReplay, found: Audit) -> None:
    """Check the window that was noted with each press against the calls and ends in the log."""
    finishes = {t: (c, at) for c, kind, t, at in told.turns.values() if kind == FINISHED}
    ends = {t: seq for seq, (_, kind, t, _) in told.turns.items() if kind == FINISHED}
    for row in presses:
        if row.ticket_id is None:
            continue
        counter, at = finishes.get(row.ticket_id, (None, None))
        if _text(row.finished_at) != at:
            found.say(
                f"rating_presses: {row.id} says finished at {_text(row.finished_at)}, not {at}"
            )
            continue
        if row.right_panel and row.counter != counter:
            found.say(
                f"rating_presses: {row.id} is of counter {row.counter}, its ticket of {counter}"
            )
        calls = [
            called_at
            for seq, (there, kind, _, called_at) in sorted(told.turns.items())
            if there == counter and kind == CALLED and ends[row.ticket_id] < seq < row.seq
        ][:1]
        known = [call for call in calls if row.pressed_at and from_iso(call) <= row.pressed_at]
        if _text(row.next_called_at) != (known[0] if known else None):
            found.say(f"rating_presses: {row.id} has a wrong next call {_text(row.next_called_at)}")


def _stored(presses: list[Any], found: Audit) -> list[Stored]:
    """Return the presses as the rules look at them."""
    judged = []
    for row in presses:
        try:
            judged.append(stored(row))
        except ValueError:
            found.say(f"rating_presses: {row.id} has the unknown level {row.level}")
    return judged


def _counted(conn: Connection, presses: list[Stored], rules: dict[int, Rule], found: Audit) -> None:
    """Check that every counted press is of a served ticket, and no ticket has two."""
    states = {row.id: row.state for row in conn.execute(select(tickets.c.id, tickets.c.state))}
    per_ticket: Counter[int | None] = Counter()
    for one in presses:
        if rules[one.press.id] is not Rule.COUNTED:
            continue
        per_ticket[one.ticket_id] += 1
        state = None if one.ticket_id is None else states.get(one.ticket_id)
        if state != TicketState.FINISHED:
            found.say(
                f"rating_presses: {one.press.id} counts, but ticket {one.ticket_id} is {state}"
            )
    for id_, counted in per_ticket.items():
        if counted > 1:
            found.say(f"rating_presses: {counted} count for ticket {id_}")
    found.counts["rating presses"] = len(presses)
    by_rule = Counter(f"presses {rule.value}" for rule in rules.values())
    found.counts.update(dict(sorted(by_rule.items())))


def _reasons(conn: Connection, presses: list[Any], told: RatingReplay, found: Audit) -> None:
    untold = dict(told.reasons)
    request_of = {row.id: row.request_id for row in presses}
    for row in found.rows(conn, rating_reasons):
        seq, fields = untold.pop(row.request_id, (None, {}))
        said = (seq, fields.get("press"), fields.get("reasons"))
        try:
            reasons = parsed(row.reasons)
        except Unsound:
            found.say(f"rating_reasons: {row.id} holds no JSON")
            continue
        if (row.seq, request_of.get(row.press_id), reasons) != said:
            found.say(f"rating_reasons: {row.id} differs from the log")
    for request_id in untold:
        found.say(f"rating_reasons: {request_id} was told by the log but is not there")


def _text(at: Any) -> str | None:
    return None if at is None else iso(at)
