"""From the levels of one button to its presses: pure, fed with samples, decided by level alone.

    held ──released 30 ms──► released ──pressed 30 ms──► held (PRESSED)
    held for 30 s ──► stuck (STUCK) ──released 30 ms──► released (FREED)

The first level is taken as it is: a button held through a start is no press until released.
"""

from __future__ import annotations

from enum import Enum

# A sample every 10 ms; contacts of push buttons bounce for a few ms, seldom up to 20.
PRESS_MS = 30
STUCK_MS = 30_000


class Edge(Enum):
    """What a sample has brought to light."""

    PRESSED = "pressed"
    RELEASED = "released"
    STUCK = "stuck"
    FREED = "freed"


class Debouncer:
    """The state of one button."""

    def __init__(self, press_ms: int = PRESS_MS, stuck_ms: int = STUCK_MS) -> None:
        self._press_ms = press_ms
        self._stuck_ms = stuck_ms
        self._held = False
        self._stuck = False
        self._held_since_ms: int | None = None
        self._differs_since_ms: int | None = None

    @property
    def held(self) -> bool:
        """Return whether the button counts as pushed now."""
        return self._held

    @property
    def stuck(self) -> bool:
        """Return whether the button has been held for longer than anybody pushes."""
        return self._stuck

    def sample(self, *, active: bool, mono_ms: int) -> Edge | None:
        """Take one level (active = pushed) and return what it makes of the button, if anything."""
        if self._held_since_ms is None:
            self._held_since_ms = mono_ms
            self._held = active
        if active == self._held:
            self._differs_since_ms = None
            return self._judge_stuck(mono_ms)
        if self._differs_since_ms is None:
            self._differs_since_ms = mono_ms
        if mono_ms - self._differs_since_ms < self._press_ms:
            return None
        return self._turn(mono_ms)

    def _turn(self, mono_ms: int) -> Edge:
        self._held = not self._held
        self._differs_since_ms = None
        if self._held:
            self._held_since_ms = mono_ms
            return Edge.PRESSED
        was_stuck, self._stuck = self._stuck, False
        return Edge.FREED if was_stuck else Edge.RELEASED

    def _judge_stuck(self, mono_ms: int) -> Edge | None:
        if not self._held or self._stuck or self._held_since_ms is None:
            return None
        if mono_ms - self._held_since_ms <= self._stuck_ms:
            return None
        self._stuck = True
        return Edge.STUCK
