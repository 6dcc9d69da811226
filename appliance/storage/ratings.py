"""Queries on ratings: what armed a panel, what was pressed, what counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from appliance.domain.rating import Arming, Level, Press, Rule, fault, judge
from appliance.domain.rating_batches import Arrived, in_batches
from appliance.storage.tables import panel_turns, rating_presses, rating_reasons

FINISHED, CALLED = "finished", "called"


@dataclass(frozen=True)
class Turn:
    """A ticket that was finished at or called to a counter, by event `seq`."""

    seq: int
    counter: int
    kind: str
    ticket_id: int
    at: datetime


@dataclass(frozen=True)
class Stored:
    """A stored press: what the rules look at, and what it said."""

    press: Press
    request_id: str
    seq: int
    ticket_id: int | None
    counter: int
    level: Level
    scale: str
    via: str


@dataclass(frozen=True)
class Tally:
    """Ratings of one counter on one day, one scale alone: `n` counted, by level; the rest by code.

    Codes are the values of `domain.rating.Rule`. `batched` are the levels that may be told while
    the day goes on, see `domain.rating_batches`; None before the first batch is full.
    """

    counter: int
    scale: str
    n: int
    levels: dict[str, int]
    excluded: dict[str, int]
    batched: dict[str, int] | None


def add_turn(conn: Connection, turn: Turn) -> None:
    """Note what arms a panel or ends its arming."""
    conn.execute(
        insert(panel_turns).values(
            seq=turn.seq,
            counter=turn.counter,
            kind=turn.kind,
            ticket_id=turn.ticket_id,
            at=turn.at,
        )
    )


def last_finish(conn: Connection, counter: int, at: datetime) -> Turn | None:
    """Return the last ticket that had been finished at `counter` when it was `at`."""
    return _turn(
        conn,
        and_(
            panel_turns.c.counter == counter,
            panel_turns.c.kind == FINISHED,
            panel_turns.c.at <= at,
        ),
        newest=True,
    )


def finish_of(conn: Connection, ticket_id: int) -> Turn | None:
    """Return when and where the ticket was finished by its counter, if it was."""
    wanted = and_(panel_turns.c.ticket_id == ticket_id, panel_turns.c.kind == FINISHED)
    return _turn(conn, wanted, newest=True)


def call_after(conn: Connection, finish: Turn, at: datetime) -> datetime | None:
    """Return when the counter called its next ticket after `finish`, if it had by `at`."""
    turn = _turn(
        conn,
        and_(
            panel_turns.c.counter == finish.counter,
            panel_turns.c.kind == CALLED,
            panel_turns.c.seq > finish.seq,
        ),
        newest=False,
    )
    return None if turn is None or turn.at > at else turn.at


def last_seq(conn: Connection, counter: int) -> int:
    """Return the seq of the last event that can have changed the counter's panel, 0 for none."""
    turn = select(func.max(panel_turns.c.seq)).where(panel_turns.c.counter == counter)
    press = select(func.max(rating_presses.c.seq)).where(rating_presses.c.counter == counter)
    found = (conn.execute(query).scalar_one_or_none() for query in (turn, press))
    return max(seq or 0 for seq in found)


def add_press(conn: Connection, **values: Any) -> int:
    """Append a press and return its id."""
    return _key(conn.execute(insert(rating_presses).values(**values)).inserted_primary_key)


def add_reasons(conn: Connection, *, reasons: Iterable[str], **values: Any) -> int:
    """Append what a citizen said in addition to a press."""
    text = json.dumps(list(reasons))
    query = insert(rating_reasons).values(reasons=text, **values)
    return _key(conn.execute(query).inserted_primary_key)


def has_reasons(conn: Connection, press_id: int) -> bool:
    """Return whether reasons were given for this press."""
    query = select(rating_reasons.c.id).where(rating_reasons.c.press_id == press_id)
    return conn.execute(query).one_or_none() is not None


def by_request(conn: Connection, request_id: str) -> Stored | None:
    """Return the press that this request made, or None."""
    return next(iter(_presses(conn, rating_presses.c.request_id == request_id)), None)


def of_ticket(conn: Connection, ticket_id: int) -> list[Stored]:
    """Return every press that was made for the ticket, in the order of arrival."""
    return _presses(conn, rating_presses.c.ticket_id == ticket_id)


def of_day(conn: Connection, day: date) -> list[Stored]:
    """Return every press of the business day, in the order of arrival."""
    return _presses(conn, rating_presses.c.day == day)


def count_of_day(conn: Connection, day: date) -> int:
    """Return how many presses the business day has: while it stays, so do all sums."""
    query = select(func.count()).where(rating_presses.c.day == day)
    return int(conn.execute(query).scalar_one())


def rule_of(conn: Connection, stored: Stored) -> Rule:
    """Return what the rules make of a press, beside all others of its ticket."""
    if stored.ticket_id is None:
        return judge([stored.press])[stored.press.id]
    return judge(one.press for one in of_ticket(conn, stored.ticket_id))[stored.press.id]


def counted(conn: Connection, ticket_id: int) -> Stored | None:
    """Return the one press of the ticket that counts, or None."""
    presses = of_ticket(conn, ticket_id)
    rules = judge(one.press for one in presses)
    return next((one for one in presses if rules[one.press.id] is Rule.COUNTED), None)


def first_fit(conn: Connection, ticket_id: int) -> datetime | None:
    """Return when the ticket was first pressed for in a way that may count."""
    fit = [one.press for one in of_ticket(conn, ticket_id) if fault(one.press) is None]
    return min((press.pressed_at for press in fit if press.pressed_at is not None), default=None)


def tallies(conn: Connection, day: date) -> list[Tally]:
    """Return the ratings of `day` by counter and scale; series of different scales never mix."""
    presses = of_day(conn, day)
    rules = judge_all(presses)
    groups: dict[tuple[int, str], list[Stored]] = defaultdict(list)
    for one in presses:
        groups[one.counter, one.scale].append(one)
    batches = in_batches(
        Arrived((one.counter, one.scale), one.ticket_id, one.level, one.press) for one in presses
    )
    return [_tally(*key, groups[key], rules, batches.get(key)) for key in sorted(groups)]


def judge_all(presses: Iterable[Stored]) -> dict[int, Rule]:
    """Return the rule of each press, ticket by ticket; all presses of a ticket must be given."""
    groups: dict[int | None, list[Press]] = defaultdict(list)
    for one in presses:
        groups[one.ticket_id].append(one.press)
    return {id_: rule for group in groups.values() for id_, rule in judge(group).items()}


def _tally(
    counter: int,
    scale: str,
    presses: list[Stored],
    rules: dict[int, Rule],
    batch: Mapping[Level, int] | None,
) -> Tally:
    levels: dict[str, int] = defaultdict(int)
    excluded: dict[str, int] = defaultdict(int)
    for one in presses:
        rule = rules[one.press.id]
        if rule is Rule.COUNTED:
            levels[one.level.value] += 1
        else:
            excluded[rule.value] += 1
    batched = None if batch is None else {level.value: n for level, n in batch.items()}
    return Tally(counter, scale, sum(levels.values()), dict(levels), dict(excluded), batched)


def _turn(conn: Connection, wanted: ColumnElement[bool], *, newest: bool) -> Turn | None:
    order = panel_turns.c.seq.desc() if newest else panel_turns.c.seq
    row = conn.execute(select(panel_turns).where(wanted).order_by(order).limit(1)).one_or_none()
    return None if row is None else Turn(row.seq, row.counter, row.kind, row.ticket_id, row.at)


def _presses(conn: Connection, wanted: ColumnElement[bool]) -> list[Stored]:
    query = select(rating_presses).where(wanted).order_by(rating_presses.c.id)
    return [stored(row) for row in conn.execute(query)]


def stored(row: Any) -> Stored:
    """Return the press that a row of the table holds."""
    arming = None if row.finished_at is None else Arming(row.finished_at, row.next_called_at)
    press = Press(row.id, row.pressed_at, arming, row.right_panel, row.at_work)
    return Stored(
        press,
        row.request_id,
        row.seq,
        row.ticket_id,
        row.counter,
        Level(row.level),
        row.scale,
        row.via,
    )


def _key(keys: Any) -> int:
    (key,) = keys
    return int(key)
