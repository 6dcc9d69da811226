"""What the light beside a button says, as patterns of time; driven by the poller, never waits."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.devices.gpio.backend import Pins


@dataclass(frozen=True)
class Pattern:
    """Spans of light and darkness in turn, light first; then `rest` for good, or all over again."""

    name: str
    spans_ms: tuple[int, ...] = ()
    rest: bool = False
    again: bool = False

    def ended(self, elapsed_ms: int) -> bool:
        """Return whether nothing is left to show but darkness."""
        return not (self.rest or self.again) and elapsed_ms >= sum(self.spans_ms)

    def shines(self, elapsed_ms: int) -> bool:
        """Return whether the light is on, this long after the pattern began."""
        lit = True
        if self.again:
            elapsed_ms %= sum(self.spans_ms)
        for span_ms in self.spans_ms:
            if elapsed_ms < span_ms:
                return lit
            elapsed_ms -= span_ms
            lit = not lit
        return self.rest


OFF = Pattern("off")
# The press is on disk; on until the server answers.
ACKNOWLEDGED = Pattern("acknowledged", rest=True)
CONFIRMED = Pattern("confirmed", (1_000,))
REFUSED = Pattern("refused", (100,) * 10)
# Slow and twice, so that it is told apart from a refusal of this one press.
PRINTER_BAD = Pattern("printer_bad", (400, 200, 400, 200))
# A panel that invites: slow, so that it never looks like an answer.
INVITING = Pattern("inviting", (1_500, 500), again=True)
# Long and twice short: thank you.
THANKS = Pattern("thanks", (1_500, 250, 250, 250, 250))


class Lights:
    """All lights of this Pi; `show` and `invite` from any thread, `tick` from the poller only.

    An invitation shines beneath: whatever else is shown at the pin covers it until its end.
    """

    def __init__(self, pins: Pins, light_pins: Iterable[int]) -> None:
        self._pins = pins
        self._lock = threading.Lock()
        self._shown = dict.fromkeys(light_pins, OFF)
        self._began_ms: dict[int, int | None] = {}
        self._lit = dict.fromkeys(self._shown, False)
        self._invited: dict[int, tuple[int, int]] = {}

    def show(self, pin: int | None, pattern: Pattern) -> None:
        """Begin a pattern at the next tick; a button without a light (None) shows nothing."""
        if pin is None:
            return
        with self._lock:
            self._shown[pin] = pattern
            self._began_ms[pin] = None

    def invite(self, pins: Iterable[int], now_ms: int, left_ms: int) -> None:
        """Let the lights at `pins` invite together until `left_ms` from now; 0 ends it."""
        with self._lock:
            for pin in pins:
                self._invited.pop(pin, None)
                if left_ms > 0:
                    self._invited[pin] = (now_ms, now_ms + left_ms)

    def shown(self, pin: int) -> Pattern:
        """Return the pattern that was last begun at `pin`."""
        with self._lock:
            return self._shown[pin]

    def tick(self, mono_ms: int) -> None:
        """Switch the lights whose time has come."""
        with self._lock:
            for pin, pattern in self._shown.items():
                began_ms = self._began_ms.get(pin)
                if began_ms is None:
                    began_ms = self._began_ms[pin] = mono_ms
                lit = pattern.shines(mono_ms - began_ms)
                if pattern.ended(mono_ms - began_ms):
                    lit = self._invites(pin, mono_ms)
                if lit != self._lit[pin]:
                    self._pins.set_light(pin, lit)
                    self._lit[pin] = lit

    def _invites(self, pin: int, mono_ms: int) -> bool:
        since_ms, until_ms = self._invited.get(pin, (0, 0))
        return mono_ms < until_ms and INVITING.shines(max(0, mono_ms - since_ms))
