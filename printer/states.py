"""The states of a print job, and the only ways from one to another.

    queued ──> sending ──> sent ──> printed | unconfirmed | unknown
      │           │                    │
      │           └──> unknown         └──> superseded   (a reprint took its place)
      │           └──> failed | queued   only if no byte of the slip reached the printer
      └──> expired | failed     never sent

Back to `queued` goes a slip whose time is not up when the line broke before its first byte.
`failed` and `expired` mean: no byte of it was ever given to the printer. `unknown` means: some
were, and nobody can say whether paper came out; it is never sent again by itself.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a print job stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


_DONE = frozenset({State.SUPERSEDED})

TRANSITIONS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.EXPIRED, State.FAILED}),
    State.SENDING: frozenset({State.SENT, State.UNKNOWN, State.FAILED, State.QUEUED}),
    State.SENT: frozenset({State.PRINTED, State.UNCONFIRMED, State.UNKNOWN}),
    State.PRINTED: _DONE,
    State.UNCONFIRMED: _DONE,
    State.UNKNOWN: _DONE,
    State.FAILED: _DONE,
    State.EXPIRED: _DONE,
    State.SUPERSEDED: frozenset(),
}

IN_FLIGHT = frozenset({State.SENDING, State.SENT})
FINAL = frozenset(State) - IN_FLIGHT - {State.QUEUED}
