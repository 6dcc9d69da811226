"""Ratings: the levels, when a counter's panel is armed, and which press of a ticket counts.

    finish ──► armed ──── 3 minutes, or 20 s after the next call ───► over

    first press ──── 5 s ────┬───────────────────────►
    the latest one counts    │ every later one: repeat

Presses are stored as they come and never changed. Whether one counts is computed from all presses
of its ticket, by the time at which each was made: the order in which they arrive says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from appliance.domain.calendar import OFFICE_ZONE, Hours

ARMED_FOR = timedelta(minutes=3)
ARMED_AFTER_NEXT_CALL = timedelta(seconds=20)
CHANGE_OF_MIND = timedelta(seconds=5)
# An agent may be cut off for the whole of Tet; one that says a press is older than 30 days, in real
# milliseconds, is not believed its time.
OLDEST_MS = 30 * 86_400_000
MOST_REASONS = 6
# Of fewer ratings no share is told: chance would speak louder than the citizens.
ENOUGH = 30


class Level(StrEnum):
    """What a citizen may say; the wording of the official survey."""

    VERY_SATISFIED = "rat_hai_long"
    SATISFIED = "hai_long"
    NEUTRAL = "binh_thuong"
    DISSATISFIED = "khong_hai_long"
    VERY_DISSATISFIED = "rat_khong_hai_long"


# The order is the one on every panel, best first. The id is stored with each press: a change of
# the set begins a new series, and no report may mix two of them.
SCALES: dict[str, tuple[Level, ...]] = {
    "hai-long-5": tuple(Level),
    "hai-long-4": tuple(level for level in Level if level is not Level.NEUTRAL),
    "hai-long-3": (Level.VERY_SATISFIED, Level.SATISFIED, Level.DISSATISFIED),
}
POSITIVE = frozenset({Level.VERY_SATISFIED, Level.SATISFIED})
NEGATIVE = frozenset({Level.DISSATISFIED, Level.VERY_DISSATISFIED})


class Reason(StrEnum):
    """What a dissatisfied citizen may add, if they like."""

    LONG_WAIT = "cho_lau"
    ATTITUDE = "thai_do"
    GUIDANCE = "huong_dan"
    PAPERS = "giay_to"
    OVERDUE = "qua_han"
    OTHER = "khac"


class Via(StrEnum):
    """How a press was made."""

    PIN = "pin"
    PAGE = "page"
    PHONE = "phone"


class Rule(StrEnum):
    """What the rules make of a press; only `COUNTED` goes into a score."""

    COUNTED = "counted"
    """The last press within 5 s of the first one for a served ticket."""
    SUPERSEDED = "superseded"
    """The citizen pressed again within those 5 s: the later press counts."""
    REPEAT = "repeat"
    """The ticket had its rating more than 5 s before."""
    LATE = "late"
    """The panel was not armed any more, or not yet, for the ticket last served there."""
    NO_TICKET = "no_ticket"
    """Nobody had been served at this counter that day, or the named ticket was not served."""
    WRONG_PANEL = "wrong_panel"
    """The panel does not belong to the counter that it spoke for."""
    CLOSED = "closed"
    """The office was not at work."""
    UNKNOWN_TIME = "unknown_time"
    """The panel was restarted in between, or says more than 30 days: nobody knows when it was."""


def known_age_ms(age_ms: int | None) -> int | None:
    """Return the age of a press as far as it is believed, None if its time counts as unknown."""
    return None if age_ms is None or age_ms > OLDEST_MS else age_ms


@dataclass(frozen=True)
class Panel:
    """A counter's rating panel; `agent` owns its buttons, None for a tablet alone."""

    counter: int
    agent: str | None = None


@dataclass(frozen=True)
class RatingPolicy:
    """Which levels the office asks for, where, and how long after closing it still serves."""

    scale: str = "hai-long-5"
    panels: tuple[Panel, ...] = ()
    closing_grace: timedelta = timedelta(minutes=60)

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return the levels of the scale in their fixed order."""
        return SCALES[self.scale]

    def panel(self, counter: int) -> Panel | None:
        """Return the panel of `counter`, or None."""
        return next((panel for panel in self.panels if panel.counter == counter), None)

    def owns(self, agent: str, counter: int) -> bool:
        """Return whether `agent` holds the buttons of the counter's panel."""
        panel = self.panel(counter)
        return panel is not None and panel.agent == agent


@dataclass(frozen=True)
class Arming:
    """For which moments the panel stood armed for one ticket."""

    finished_at: datetime
    next_called_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """Return the first moment that is too late."""
        end = self.finished_at + ARMED_FOR
        if self.next_called_at is None:
            return end
        return min(end, self.next_called_at + ARMED_AFTER_NEXT_CALL)

    def holds(self, at: datetime) -> bool:
        """Return whether a press at `at` is in time."""
        return self.finished_at <= at < self.until


@dataclass(frozen=True)
class Press:
    """One stored press with the facts that were known for good when it arrived.

    `id` orders presses of the same moment. `arming` is that of the ticket it was made for, None
    where there was no such ticket.
    """

    id: int
    pressed_at: datetime | None
    arming: Arming | None
    right_panel: bool = True
    at_work: bool = True


def fault(press: Press) -> Rule | None:
    """Return why this press cannot count whatever else was pressed; None if it may count."""
    if press.pressed_at is None:
        return Rule.UNKNOWN_TIME
    if not press.right_panel:
        return Rule.WRONG_PANEL
    if not press.at_work:
        return Rule.CLOSED
    if press.arming is None:
        return Rule.NO_TICKET
    if not press.arming.holds(press.pressed_at):
        return Rule.LATE
    return None


def judge(presses: Iterable[Press]) -> dict[int, Rule]:
    """Return the rule of every press of ONE ticket by its id; at most one is counted.

    Presses without a ticket may be given as well: none of them can count.
    """
    rules: dict[int, Rule] = {}
    fit: list[tuple[datetime, int]] = []
    for press in presses:
        wrong = fault(press)
        if wrong is not None:
            rules[press.id] = wrong
        elif press.pressed_at is not None:
            fit.append((press.pressed_at, press.id))
    fit.sort()
    in_time = [id_ for at, id_ in fit if at - fit[0][0] <= CHANGE_OF_MIND]
    for _at, id_ in fit:
        rules[id_] = Rule.SUPERSEDED if id_ in in_time else Rule.REPEAT
    if in_time:
        rules[in_time[-1]] = Rule.COUNTED
    return rules


def armed_until(arming: Arming, first_press: datetime | None) -> datetime:
    """Return until when the panel invites: once it was pressed, only for a change of mind."""
    if first_press is None:
        return arming.until
    return min(arming.until, first_press + CHANGE_OF_MIND)


def at_work(hours: Hours, at: datetime, grace: timedelta) -> bool:
    """Return whether the office serves at `at`.

    The hours say when numbers are given; who holds one is still served for `grace` after them.
    """
    local = at.astimezone(OFFICE_ZONE)
    midnight = datetime.combine(local.date(), time(), OFFICE_ZONE)
    since = local - midnight
    return any(
        _since_midnight(window.start) <= since < _since_midnight(window.end) + grace
        for window in hours.windows(local.date())
    )


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
