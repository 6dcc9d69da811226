"""What the simulated citizens pressed, written down by themselves: where, what, and when."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Touch:
    """One press as it truly happened, between `from_s` and `to_s` (Unix seconds).

    `told_within_s` is the longest that one telling of it took: the office cannot place it later
    than that. Of a button, `mono_ms` is the same time in milliseconds since boot, the journal's
    own measure; its name is found there. A press that is not `sure` may not have been felt, one
    that `may_be_two` may have been felt twice.
    """

    counter: int
    level: str
    via: str
    from_s: float
    to_s: float
    name: str = ""
    ticket: int | None = None
    right: bool = True
    told_within_s: float = 0.0
    mono_ms: tuple[float, float] = (0.0, 0.0)
    sure: bool = True
    may_be_two: bool = False


@dataclass
class Touches:
    """Every press of the day; `refused` are those that were answered with an error."""

    all: list[Touch] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    panels_killed_ms: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, touch: Touch) -> None:
        """Keep a press."""
        with self.lock:
            self.all.append(touch)

    def panels_were_away(self, touch: Touch) -> bool:
        """Return whether the panels' agent may have been dead at that press: nobody was thanked."""
        return any(
            killed - _JUST_BEFORE_MS <= touch.mono_ms[1] and touch.mono_ms[0] <= killed + _BACK_MS
            for killed in self.panels_killed_ms
        )


_JUST_BEFORE_MS = 1_000
_BACK_MS = 15_000
