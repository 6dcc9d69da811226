"""Waiting for a condition, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_pause = threading.Event()


def wait_for(condition: Callable[[], T], what: str = "", timeout_s: float = 15.0) -> T:
    """Return the first true value of `condition`; fail loudly if there is none in time."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline_s:
            raise AssertionError(f"not within {timeout_s} s: {what or condition}; last: {value!r}")
        _pause.wait(0.02)
