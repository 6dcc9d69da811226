"""Waiting for a condition, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_pause = threading.Event()
_FIRST_PAUSE_S = 0.002


def wait_for(
    condition: Callable[[], T], what: str = "", timeout_s: float = 30.0, pause_s: float = 0.02
) -> T:
    """Return the first true value of `condition`; fail loudly if there is none in time.

    It looks often at first, and soon every `pause_s`. The time is for a machine that has much else
    to do: where a time is measured, the test says so.
    """
    deadline_s = time.monotonic() + timeout_s
    next_s = min(_FIRST_PAUSE_S, pause_s)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline_s:
            raise AssertionError(f"not within {timeout_s} s: {what or condition}; last: {value!r}")
        _pause.wait(next_s)
        next_s = min(2 * next_s, pause_s)
