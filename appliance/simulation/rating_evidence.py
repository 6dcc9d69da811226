"""Held against each other: what citizens pressed, what the office stored, what the rules say.

1. Every press that was told or felt is there exactly once, word for word; nothing else is.
2. It stands at the time at which it was made, as far as its telling allows.
3. What the office makes of it is what the independent model says.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance.clock import DemoClock
from appliance.simulation.rating_model import CounterTurn, Heard, verdicts
from appliance.simulation.touches import Touch, Touches
from appliance.storage.types import from_iso

# Clocks read a moment apart, and an age in whole milliseconds.
_BLUR_S = 0.01
# An agent tries again at once when the server is back; each try tells the age anew.
_AGENT_TELLS_WITHIN_S = 6.0
COUNTED = "counted"


@dataclass
class Ratings:
    """What became of the day's presses: by verdict, and what is wrong with them."""

    by_verdict: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """A press as the office stored it."""

    name: str
    seq: int
    counter: int
    level: str
    via: str
    ticket: int | None
    label: str
    at: datetime


def judge_day(
    database: Path,
    journal: Path,
    office_says: Mapping[str, str],
    touches: Touches,
    turns: Mapping[int, Sequence[CounterTurn]],
    windows: Sequence[tuple[datetime, datetime]],
    clock: DemoClock,
) -> Ratings:
    """Return what is to be said of the ratings; `office_says` is its verdict by request id."""
    found = Ratings(problems=[f"a rating was refused: {line}" for line in touches.refused])
    rows = _rows(database)
    told = {touch.name: touch for touch in touches.all if touch.via != "pin"}
    told.update(_felt(journal, touches, found))
    for name, touch in told.items():
        if name not in rows:
            found.lost += 1
            found.problems.append(f"rating {name} at counter {touch.counter} was lost")
    for name in rows.keys() - told.keys():
        found.doubled += 1
        found.problems.append(f"rating {name} of {_of(rows[name])} was pressed by nobody")
    known = [(rows[name], touch) for name, touch in told.items() if name in rows]
    for row, touch in known:
        found.problems += _differences(row, touch, clock)
    heard = [
        Heard(row.name, row.counter, row.at, row.seq, touch.ticket, touch.right)
        for row, touch in known
    ]
    for name, verdict in verdicts(heard, turns, windows).items():
        office = office_says[name]
        found.by_verdict[office] += 1
        if office != verdict:
            found.problems.append(
                f"rating {name} of {_of(rows[name])} is {office}, the rules say {verdict}"
            )
    return found


def rating_journal(journal: Path) -> list[tuple[str, int, str, int]]:
    """Return name, counter, level and milliseconds since boot of every button that was felt."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as db:
        return db.execute(
            "SELECT request_id, counter, level, pressed_mono_ms FROM press"
            " WHERE press = 'rate' ORDER BY id"
        ).fetchall()


def _rows(database: Path) -> dict[str, _Row]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        found = db.execute(
            "SELECT p.request_id, p.seq, p.counter, p.level, p.via, p.ticket_id,"
            " coalesce(t.label, 'nobody'),"
            " p.pressed_at FROM rating_presses p LEFT JOIN tickets t ON t.id = p.ticket_id"
        ).fetchall()
    return {
        name: _Row(name, seq, counter, level, via, ticket, label, from_iso(at))
        for name, seq, counter, level, via, ticket, label, at in found
    }


def _felt(journal: Path, touches: Touches, found: Ratings) -> dict[str, Touch]:
    """Return the buttons' presses by the names that the journal gave them."""
    untold: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for name, counter, level, mono_ms in rating_journal(journal):
        untold[counter, level].append((name, mono_ms))
    named: dict[str, Touch] = {}
    for touch in touches.all:
        if touch.via != "pin":
            continue
        rows = untold[touch.counter, touch.level]
        mine = [row for row in rows if _within(row[1], touch)]
        untold[touch.counter, touch.level] = [row for row in rows if row not in mine]
        named.update({name: touch for name, _ms in mine})
        where = f"{touch.level} at counter {touch.counter}"
        if not mine and touch.sure and not touches.panels_were_away(touch):
            found.lost += 1
            found.problems.append(f"a push of {where} was not felt")
        if len(mine) > 1 + touch.may_be_two:
            found.doubled += len(mine) - 1
            found.problems.append(f"a push of {where} was felt {len(mine)} times")
    return named


def _within(mono_ms: int, touch: Touch) -> bool:
    start_ms, end_ms = touch.mono_ms
    return start_ms - 1 <= mono_ms <= end_ms


def _differences(row: _Row, touch: Touch, clock: DemoClock) -> Iterator[str]:
    """Yield where the office's row does not tell what the citizen did."""
    stored = (row.counter, row.level, row.via)
    pressed = (touch.counter, touch.level, touch.via)
    if stored != pressed:
        yield f"rating {row.name} of {_of(row)} is stored as {stored}, pressed was {pressed}"
    at_s = clock.anchor.timestamp() + (row.at - clock.start).total_seconds() / clock.speed
    slack_s = _AGENT_TELLS_WITHIN_S if touch.via == "pin" else touch.told_within_s
    if not touch.from_s - _BLUR_S <= at_s <= touch.to_s + slack_s + _BLUR_S:
        yield (
            f"rating {row.name} of {_of(row)} is stored {at_s - touch.from_s:+.3f} s of real time"
            " from when it was pressed"
        )


def _of(row: _Row) -> str:
    return f"ticket {row.label} at counter {row.counter}"
