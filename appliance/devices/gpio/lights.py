"""What the light beside a button says, as patterns of time; driven by the poller, never waits."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.devices.gpio.backend import Pins


@dataclass(frozen=True)
class Pattern:
    """Spans of light and darkness in turn, light first; then `rest` for good."""

    name: str
    spans_ms: tuple[int, ...] = ()
    rest: bool = False

    def shines(self, elapsed_ms: int) -> bool:
        """Return whether the light is on, this long after the pattern began."""
        lit = True
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


class Lights:
    """All lights of this Pi; `show` from any thread, `tick` from the poller only."""

    def __init__(self, pins: Pins, light_pins: Iterable[int]) -> None:
        self._pins = pins
        self._lock = threading.Lock()
        self._shown = dict.fromkeys(light_pins, OFF)
        self._began_ms: dict[int, int | None] = {}
        self._lit = dict.fromkeys(self._shown, False)

    def show(self, pin: int | None, pattern: Pattern) -> None:
        """Begin a pattern at the next tick; a button without a light (None) shows nothing."""
        if pin is None:
            return
        with self._lock:
            self._shown[pin] = pattern
            self._began_ms[pin] = None

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
                if lit != self._lit[pin]:
                    self._pins.set_light(pin, lit)
                    self._lit[pin] = lit
