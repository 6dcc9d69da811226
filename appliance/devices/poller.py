"""The 100 Hz loop: levels in, pushes and lights out. It waits for nothing but its own time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from appliance import logs
from appliance.clock import Clock
from appliance.devices.gpio.backend import Pins
from appliance.devices.gpio.debounce import PRESS_MS, Debouncer, Edge
from appliance.devices.gpio.lights import Lights
from appliance.devices.presses import Button, PressDesk

PERIOD_MS = 10


class Poller:
    """Samples every button, tells the desk of pushes and the reports of stuck buttons."""

    name = "poller"

    def __init__(
        self,
        pins: Pins,
        buttons: Sequence[Button],
        desk: PressDesk,
        lights: Lights,
        clock: Clock,
        on_stuck: Callable[[str, bool], None],
    ) -> None:
        self._pins = pins
        self._buttons = [(button, Debouncer()) for button in buttons]
        self._desk = desk
        self._lights = lights
        self._clock = clock
        self._on_stuck = on_stuck
        self._stopping = threading.Event()
        self._log = logs.get_logger()

    def held(self) -> list[str]:
        """Name the buttons that count as pushed now: no new push of them before a release."""
        return [button.name for button, debouncer in self._buttons if debouncer.held]

    def run(self) -> None:
        """Sample until stopped; a late round is not made up for, the next one is on time again."""
        next_ms = self._clock.monotonic_ms()
        while not self._stopping.is_set():
            now_ms = self._clock.monotonic_ms()
            self.round(now_ms)
            next_ms = max(next_ms + PERIOD_MS, now_ms)
            self._stopping.wait((next_ms - self._clock.monotonic_ms()) / 1000)

    def stop(self) -> None:
        """End after the present round."""
        self._stopping.set()

    def round(self, now_ms: int) -> None:
        """Take one sample of everything."""
        levels = self._pins.read_levels()
        for button, debouncer in self._buttons:
            edge = debouncer.sample(active=not levels[button.pin], mono_ms=now_ms)
            if edge is Edge.PRESSED:
                self._desk.pushed(button, now_ms - PRESS_MS)
            elif edge in (Edge.STUCK, Edge.FREED):
                self._log.warning("button_" + edge.value, button=button.name)
                self._on_stuck(button.name, edge is Edge.STUCK)
        self._desk.tick(now_ms)
        self._lights.tick(now_ms)
