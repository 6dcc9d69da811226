"""The ticket and its states.

        ┌────────────── cancelled
        │      ┌─────── expired
waiting ┴──────┤
   ▲           ▼
   │     ┌── called ◄─┐ recall
absent ◄─┤     ├──────┘
         │     ▼
         │  serving
         ▼     ▼
        finished
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.domain.errors import Refused


class TicketState(StrEnum):
    """Where a ticket stands in the queue."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    ABSENT = "absent"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


S = TicketState
TRANSITIONS: dict[TicketState, frozenset[TicketState]] = {
    S.WAITING: frozenset({S.CALLED, S.CANCELLED, S.EXPIRED}),
    S.CALLED: frozenset({S.CALLED, S.SERVING, S.ABSENT, S.FINISHED}),
    S.SERVING: frozenset({S.FINISHED}),
    S.ABSENT: frozenset({S.WAITING}),
    S.FINISHED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
}
OPEN_AT_COUNTER = frozenset({S.CALLED, S.SERVING})
OVER = frozenset(state for state, following in TRANSITIONS.items() if not following)


@dataclass(frozen=True)
class Ticket:
    """One place in the queue. Carries no personal data; `token` opens its phone page.

    `position` orders the queue: the seq of the issuing event, or, after an absence, the
    position of the ticket it goes behind; `moved_seq` then breaks the tie. `called_seq` is the
    seq of its last call. `ahead` is how many waited before it when it was issued.
    """

    id: int
    token: str
    day: date
    series: str
    number: int
    label: str
    service: str
    priority: bool
    state: TicketState
    counter: int | None
    position: int
    moved_seq: int
    ahead: int
    calls: int
    called_seq: int | None
    origin: str
    issued_at: datetime
    called_at: datetime | None = None
    serving_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Return the sort key of the queue."""
        return (self.position, self.moved_seq)

    @property
    def waits_since(self) -> int:
        """Return the seq of the event with which it began to wait, or wait again."""
        return waits_since(self.position, self.moved_seq)

    @property
    def over(self) -> bool:
        """Return whether nothing more can happen to it."""
        return self.state in OVER


def waits_since(position: int, moved_seq: int) -> int:
    """Return the seq of the event with which such a ticket began to wait, or wait again."""
    return moved_seq or position


def allowed(old: TicketState, new: TicketState) -> bool:
    """Return whether a ticket may go from `old` to `new`."""
    return new in TRANSITIONS[old]


def require(ticket: Ticket, new: TicketState) -> None:
    """Raise Refused("illegal_transition") unless `ticket` may become `new`."""
    if not allowed(ticket.state, new):
        raise Refused(
            "illegal_transition", ticket=ticket.label, state=ticket.state.value, wanted=new.value
        )
