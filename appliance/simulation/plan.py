"""Who comes when, and what they do: a day drawn from a seed, the same every time.

Volumes follow what wards report: a crowd before the doors open and a smaller one after lunch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_PRIORITY_SHARE = 0.12
_ABSENT_SHARE = 0.05
_RETURN_SHARE = 0.5
_GLASS_SHARE = 0.5
_RATING_SHARE = 0.35
# Shares of a day's citizens: the rush at opening, the rest of the morning, after lunch, the rest.
_WAVES = ((0.38, 0.0, 0.10), (0.24, 0.10, 0.50), (0.22, 0.52, 0.62), (0.16, 0.62, 0.92))
_SERVICE_MEDIAN_S = 180.0
_SERVICE_SPREAD = 0.5
_HURRY_S = (4.0, 20.0)
# Times as many as for the least popular service: no counter gets more than it can serve in a day.
_MOST_POPULAR = 3.0


class Way(StrEnum):
    """How a citizen takes the number."""

    BUTTON = "button"
    GLASS = "glass"


class RatingHabit(StrEnum):
    """What somebody does at the rating panel after being served."""

    NONE = "none"
    ONCE = "once"
    BOUNCE = "bounce"
    DOUBLE = "double"
    CHANGES_MIND = "changes_mind"
    LATE = "late"
    WRONG_PANEL = "wrong_panel"
    OFFLINE = "offline"


class Place(StrEnum):
    """Where somebody rates; who finds no buttons there takes the tablet."""

    BUTTONS = "buttons"
    TABLET = "tablet"
    PHONE = "phone"


@dataclass(frozen=True)
class Citizen:
    """One citizen: comes `at`, wants `service`, needs `service_s` at the counter.

    `absent`: does not come when called; `returns`: comes back afterwards. `level` is 0 (best)
    to 4, for those who rate at `place`, `hurry_s` after they were served.
    """

    number: int
    at: datetime
    service: str
    priority: bool
    way: Way
    absent: bool
    returns: bool
    service_s: float
    rating: RatingHabit
    level: int
    place: Place
    hurry_s: float


def draw_day(
    seed: int, citizens: int, services: Sequence[str], opening: datetime, closing: datetime
) -> list[Citizen]:
    """Return the citizens of a day in the order in which they come.

    `opening` and `closing` are the day's first and last minute; the wave after lunch lies in
    its second half. The same seed draws the same day.
    """
    dice = random.Random(seed)  # noqa: S311 - a simulation, no secret
    length = closing - opening
    times = sorted(opening + length * _moment(dice) for _ in range(citizens))
    popular = [min(_MOST_POPULAR, dice.paretovariate(1.5)) for _ in services]
    return [
        _citizen(dice, number, at, dice.choices(list(services), popular)[0])
        for number, at in enumerate(times, 1)
    ]


def _moment(dice: random.Random) -> float:
    """Return when in the day somebody comes, 0 to 1."""
    _share, start, end = dice.choices(_WAVES, [wave[0] for wave in _WAVES])[0]
    return dice.uniform(start, end)


def _citizen(dice: random.Random, number: int, at: datetime, service: str) -> Citizen:
    absent = dice.random() < _ABSENT_SHARE
    return Citizen(
        number=number,
        at=at,
        service=service,
        priority=dice.random() < _PRIORITY_SHARE,
        way=Way.GLASS if dice.random() < _GLASS_SHARE else Way.BUTTON,
        absent=absent,
        returns=absent and dice.random() < _RETURN_SHARE,
        service_s=_SERVICE_MEDIAN_S * dice.lognormvariate(0, _SERVICE_SPREAD),
        rating=_habit(dice),
        level=dice.choices(range(5), (55, 30, 8, 5, 2))[0],
        place=dice.choices(list(Place), (50, 35, 15))[0],
        hurry_s=dice.uniform(*_HURRY_S),
    )


def _habit(dice: random.Random) -> RatingHabit:
    if dice.random() >= _RATING_SHARE:
        return RatingHabit.NONE
    habits = [habit for habit in RatingHabit if habit is not RatingHabit.NONE]
    return dice.choices(habits, (48, 10, 10, 12, 6, 8, 6))[0]
