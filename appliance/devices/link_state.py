"""Whether the server answers, and how long to wait before asking again."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Literal

from appliance import logs
from appliance.clock import Clock

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
# A wrong token, a wrong address or a server that asks for patience is not mended by haste.
SLOW_PAUSE_S = 5.0

Word = Literal["connecting", "connected", "lost"]


class LinkState:
    """What both threads of the link have last seen, and since when."""

    def __init__(self, clock: Clock, on_connected: Callable[[], None]) -> None:
        self._clock = clock
        self._on_connected = on_connected
        self._lock = threading.Lock()
        self._failing: dict[str, str] = {}
        self._word: Word = "connecting"
        self._since_ms = clock.monotonic_ms()
        self._log = logs.get_logger()

    @property
    def word(self) -> Word:
        """Return the state in one word."""
        return self._word

    @property
    def since_ms(self) -> int:
        """Return the monotonic time since which it is so."""
        return self._since_ms

    def answered(self, channel: str) -> None:
        """Note that the server has answered on `channel`."""
        with self._lock:
            self._failing.pop(channel, None)
            news = not self._failing and self._turn("connected")
        if news:
            self._log.info("link_connected", channel=channel)
            self._on_connected()

    def failed(self, channel: str, reason: str) -> None:
        """Note that asking on `channel` has failed; each new reason is logged once."""
        with self._lock:
            news = self._failing.get(channel) != reason
            self._failing[channel] = reason
            self._turn("lost")
        if news:
            self._log.warning("link_failed", channel=channel, reason=reason)

    def _turn(self, word: Word) -> bool:
        if self._word == word:
            return False
        self._word = word
        self._since_ms = self._clock.monotonic_ms()
        return True


class Backoff:
    """Pauses that double up to 2 s, each shortened by chance: agents must not march in step."""

    def __init__(self) -> None:
        self._failures = 0

    def reset(self) -> None:
        """Begin with the shortest pause again."""
        self._failures = 0

    def next_s(self) -> float:
        """Return the pause after one more failure."""
        longest_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._failures, 10))
        self._failures += 1
        return float(longest_s * random.uniform(0.5, 1.0))  # noqa: S311
