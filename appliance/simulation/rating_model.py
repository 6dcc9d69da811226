"""What becomes of the presses of a day, worked out a second time: shares no code with the rules.

Written from the words of the architecture alone, for the simulator to hold against the office's own
verdicts. The numbers stand here once more on purpose: a change of the rules must be made twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_ARMED = timedelta(minutes=3)
_STILL_ARMED_AFTER_CALL = timedelta(seconds=20)
_SAME_BREATH = timedelta(seconds=5)
_SERVED_AFTER_CLOSING = timedelta(minutes=60)


@dataclass(frozen=True)
class CounterTurn:
    """What a clerk was answered: `ticket` was "called" to or "finished" at the counter, `at`."""

    kind: str
    ticket: int
    at: datetime


@dataclass(frozen=True)
class Heard:
    """A press as the office heard it: `order` is how many it had heard of before.

    `ticket` is set where the screen named one; `right` is False where a panel spoke for another
    counter than its own.
    """

    name: str
    counter: int
    at: datetime
    order: int
    ticket: int | None = None
    right: bool = True


def verdicts(
    presses: Iterable[Heard],
    turns: Mapping[int, Sequence[CounterTurn]],
    windows: Sequence[tuple[datetime, datetime]],
) -> dict[str, str]:
    """Return what must become of every press by its name: "counted", "late", "repeat" …

    `turns` holds each counter's calls and ends in their order, `windows` when numbers are given.
    """
    said: dict[str, str] = {}
    chances: dict[int, list[Heard]] = defaultdict(list)
    for press in presses:
        if not press.right or _of_another_counter(press, turns):
            said[press.name] = "wrong_panel"
        elif not any(start <= press.at < end + _SERVED_AFTER_CLOSING for start, end in windows):
            said[press.name] = "closed"
        else:
            said[press.name] = _in_its_window(press, turns.get(press.counter, ()), chances)
    for rivals in chances.values():
        said.update(_one_of(rivals))
    return said


def _of_another_counter(press: Heard, turns: Mapping[int, Sequence[CounterTurn]]) -> bool:
    return any(
        turn.kind == "finished" and turn.ticket == press.ticket
        for counter, others in turns.items()
        for turn in others
        if counter != press.counter
    )


def _in_its_window(
    press: Heard, turns: Sequence[CounterTurn], chances: dict[int, list[Heard]]
) -> str:
    """Return why the press is out of its window, or "" and put it among its ticket's chances."""
    ended = None
    called = None
    for turn in turns:
        mine = turn.ticket == press.ticket if press.ticket is not None else turn.at <= press.at
        if turn.kind == "finished" and mine:
            ended, called = turn, None
        elif turn.kind == "called" and ended is not None and called is None:
            called = turn
    if ended is None:
        return "no_ticket"
    closes = ended.at + _ARMED
    if called is not None and called.at <= press.at:
        closes = min(closes, called.at + _STILL_ARMED_AFTER_CALL)
    if not ended.at <= press.at < closes:
        return "late"
    chances[ended.ticket].append(press)
    return ""


def _one_of(rivals: list[Heard]) -> dict[str, str]:
    """Return the verdicts of one ticket's timely presses: exactly one of them counts."""
    rivals = sorted(rivals, key=lambda press: (press.at, press.order))
    end = rivals[0].at + _SAME_BREATH
    said = {press.name: "superseded" if press.at <= end else "repeat" for press in rivals}
    last = [press for press in rivals if press.at <= end][-1]
    said[last.name] = "counted"
    return said
