"""When a push of a button still counts."""

from __future__ import annotations

from enum import StrEnum

# Nobody gets a ticket, and nobody is called, for a button pushed longer ago than this.
PRESS_LIMIT_MS = 10_000

# Asking for the same again within this is the same ask: a nervous hand, a bouncing key.
REPEAT_MS = 3_000


class PressKind(StrEnum):
    """What a button asks for."""

    ISSUE = "issue"
    CALL = "call"
    RECALL = "recall"
    FINISH = "finish"
    RATE = "rate"


def expired(age_ms: int | None) -> bool:
    """Return whether a press of this age does nothing; an unknown age (reboot) is expired."""
    return age_ms is None or age_ms > PRESS_LIMIT_MS
