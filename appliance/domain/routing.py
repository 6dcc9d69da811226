"""Which ticket a counter calls next, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.office import PriorityPolicy
from appliance.domain.ticket import Ticket


class Why(StrEnum):
    """The reason of a choice, kept in the event."""

    ONLY = "only_kind"
    PRIORITY = "priority"
    TURN = "normal_turn"
    WAITED = "waited_too_long"


@dataclass(frozen=True)
class Choice:
    """The ticket to call, and why this one."""

    ticket: Ticket
    why: Why


def choose(
    waiting: Sequence[Ticket], priority_run: int, policy: PriorityPolicy, now: datetime
) -> Choice | None:
    """Return the next of `waiting` (the services of one counter), or None if nobody waits.

    `priority_run` is how many of the last calls for these services in a row were of priority
    tickets, while the first normal one waited already. Order is the queue's, never the clock's.

    1. One kind only: its first.
    2. The first priority ticket stands before the first normal one: it goes, by both rules.
    3. The first normal ticket has waited past the policy's limit: that one.
    4. The run of priority calls is used up: the first normal one.
    5. Else the first priority one.

    So however full the hall is, a priority ticket never goes after a normal one from behind it,
    and a normal ticket that has waited past the limit is not overtaken any more.
    """
    normal = first_of(waiting, priority=False)
    priority = first_of(waiting, priority=True)
    if priority is None or normal is None:
        only = priority or normal
        return None if only is None else Choice(only, Why.ONLY)
    why = turn(
        (now - normal.issued_at).total_seconds(),
        priority_run,
        policy,
        normal_is_first=normal.order < priority.order,
    )
    return Choice(priority if why is Why.PRIORITY else normal, why)


def first_of(waiting: Sequence[Ticket], *, priority: bool) -> Ticket | None:
    """Return the first of the tickets with priority, or of those without; None if none is."""
    kind = (ticket for ticket in waiting if ticket.priority is priority)
    return min(kind, key=lambda ticket: ticket.order, default=None)


def turn(
    normal_waited_s: float, priority_run: int, policy: PriorityPolicy, *, normal_is_first: bool
) -> Why:
    """Return why the first priority ticket (PRIORITY) or the first normal one goes; both wait."""
    if not normal_is_first:
        return Why.PRIORITY
    if normal_waited_s > policy.normal_wait_limit_s:
        return Why.WAITED
    return Why.TURN if priority_run >= policy.run else Why.PRIORITY


def returned_position(waiting: Sequence[Ticket], behind: int, own: int) -> int:
    """Return the position of a ticket that comes back after an absence.

    It goes behind the next `behind` waiting tickets, or to the end if there are fewer, and never
    before its own old place `own`.
    """
    ordered = sorted(waiting, key=lambda t: t.order)
    if not ordered or behind <= 0:
        return own
    return max(own, ordered[min(behind, len(ordered)) - 1].position)
