"""How long a citizen will probably wait: the queue played forward by the rules of the calls.

What is known is the queue, the counters that are at work, and how long their services took lately.
Nobody knows who will still come first, who has gone home, and which case takes an hour. So a wait
is told as a range in steps of five minutes, and not at all where too little is known: before the
counters work, and for a service that was not served often enough.
"""

from __future__ import annotations

import heapq
import math
import statistics
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.domain import routing
from appliance.domain.office import PriorityPolicy

# A counter that neither called nor finished anybody for so long is not at work.
AT_WORK_S = 45 * 60
# So many of a day's latest services tell how long one takes.
LATEST = 12
_FEWEST = 3
# An earlier day counts as much as so many services of today: enough for the first hour.
_EARLIER_DAY_WEIGHT = 4
# One citizen with a whole folder must not make everybody's wait look longer.
_MOST_MEDIANS = 3.0
# Who is at a counter for longer than usual still needs this share of the usual time.
_LEAST_LEFT = 0.25
# Services differ by about this share of their mean (lognormal, as queues at desks are), and the
# mean itself is not known better than that: together one standard deviation to either side.
_SPREAD = 0.6
_UNSURE = 0.15
# Waits are longer than the queue of now says: some come later with priority, and the first services
# of a day to be over are the short ones. Measured over twelve simulated days.
_LATER = 1.1
_STEP_MIN = 5


@dataclass(frozen=True)
class Queued:
    """A waiting ticket as the forecast needs it."""

    id: int
    service: str
    priority: bool
    waited_s: float


@dataclass(frozen=True)
class Desk:
    """A counter at work: what it calls, and whom it serves since when; None = it is free.

    `priority_run` is that of `routing.choose` for its services, as it stands now.
    """

    services: tuple[str, ...]
    busy_with: str | None = None
    busy_s: float = 0.0
    priority_run: int = 0


@dataclass(frozen=True)
class Forecast:
    """The call comes after so many seconds and so many other calls."""

    after_s: float
    calls: int


@dataclass(frozen=True)
class ExpectedWait:
    """What a citizen is told: from so many minutes to so many, in steps of five."""

    from_min: int
    to_min: int


def usual_s(today_s: Sequence[float], earlier_s: Sequence[float]) -> float | None:
    """Return how long a service usually takes; None if it was not served three times.

    The mean of today's latest services, and of those of an earlier day, which weigh as much as
    four services of today; each counts for at most three times the median.
    """
    every = [*today_s, *earlier_s]
    if len(every) < _FEWEST:
        return None
    most = _MOST_MEDIANS * statistics.median(every)
    weight = min(_EARLIER_DAY_WEIGHT, len(earlier_s))
    today = sum(min(most, took_s) for took_s in today_s)
    earlier = statistics.fmean(min(most, took_s) for took_s in earlier_s) if earlier_s else 0.0
    return (today + weight * earlier) / (len(today_s) + weight)


def forecast(
    ticket_id: int,
    queue: Sequence[Queued],
    desks: Sequence[Desk],
    usual: Mapping[str, float],
    policy: PriorityPolicy,
) -> Forecast | None:
    """Return when the ticket is called if nobody else comes; None if no desk calls its service.

    `queue` is in the queue's order and holds the ticket; `usual` has the seconds of every service
    in it and at the desks. The desk that is free first calls next, by the rules of `routing`.
    """
    lines: dict[tuple[str, bool], deque[tuple[int, Queued]]] = {}
    for place, one in enumerate(queue):
        lines.setdefault((one.service, one.priority), deque()).append((place, one))
    free = [(_left_s(desk, usual), n) for n, desk in enumerate(desks)]
    heapq.heapify(free)
    runs = [desk.priority_run for desk in desks]
    sharing: dict[str, list[int]] = {}
    for n, desk in enumerate(desks):
        for code in desk.services:
            sharing.setdefault(code, []).append(n)
    calls = 0
    while free:
        at_s, n = heapq.heappop(free)
        called = _call(lines, desks[n], runs[n], at_s, policy)
        if called is None:
            continue
        if called.id == ticket_id:
            return Forecast(at_s, calls)
        calls += 1
        for other in sharing[called.service]:
            runs[other] = runs[other] + 1 if called.priority else 0
        heapq.heappush(free, (at_s + usual[called.service], n))
    return None


def told(found: Forecast) -> ExpectedWait:
    """Return the range that a citizen is told: about four of five are called within it."""
    unsure = math.hypot(_UNSURE, _SPREAD / math.sqrt(max(1, found.calls)))
    after_min = found.after_s / 60 * _LATER
    from_min = math.floor(after_min * max(0.0, 1 - unsure) / _STEP_MIN) * _STEP_MIN
    to_min = math.ceil(after_min * (1 + unsure) / _STEP_MIN) * _STEP_MIN
    return ExpectedWait(from_min, max(to_min, from_min + _STEP_MIN))


def _left_s(desk: Desk, usual: Mapping[str, float]) -> float:
    if desk.busy_with is None:
        return 0.0
    whole_s = usual[desk.busy_with]
    return max(whole_s - desk.busy_s, _LEAST_LEFT * whole_s)


def _call(
    lines: dict[tuple[str, bool], deque[tuple[int, Queued]]],
    desk: Desk,
    priority_run: int,
    at_s: float,
    policy: PriorityPolicy,
) -> Queued | None:
    """Take whom the desk calls out of the lines; None if nobody waits for it."""
    normal = _first(lines, desk, priority=False)
    priority = _first(lines, desk, priority=True)
    head = priority or normal
    if normal is not None and priority is not None:
        why = routing.turn(
            normal[1].waited_s + at_s,
            priority_run,
            policy,
            normal_is_first=normal[0] < priority[0],
        )
        head = priority if why is routing.Why.PRIORITY else normal
    if head is None:
        return None
    chosen = head[1]
    lines[chosen.service, chosen.priority].popleft()
    return chosen


def _first(
    lines: Mapping[tuple[str, bool], deque[tuple[int, Queued]]], desk: Desk, *, priority: bool
) -> tuple[int, Queued] | None:
    heads = [line[0] for code in desk.services if (line := lines.get((code, priority)))]
    return min(heads, key=lambda head: head[0], default=None)
