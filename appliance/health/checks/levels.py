"""A level with two thresholds that does not flicker at either."""

from __future__ import annotations

from appliance.health.checks.base import State


class Level:
    """Judges a number: `degraded` from `warn` on, `failed` from `fail` on.

    Once it fired, the number must fall `back` below the threshold before it clears: a disk that
    swings around 80 % would otherwise write a row at every look.
    """

    def __init__(self, *, warn: float, fail: float, back: float) -> None:
        self._warn = warn
        self._fail = fail
        self._back = back
        self._state: State = "ok"

    def judge(self, number: float) -> State:
        """Return the state of `number`, given the one before."""
        warn = self._warn - (self._back if self._state != "ok" else 0)
        fail = self._fail - (self._back if self._state == "failed" else 0)
        self._state = "failed" if number >= fail else "degraded" if number >= warn else "ok"
        return self._state
