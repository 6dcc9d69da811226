"""The lights of rating panels: all of a panel invite while the server says that it is armed."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.clock import Clock
from appliance.devices.gpio.lights import Lights
from appliance.devices.presses import Button
from appliance.protocol.agent import PanelMessage


class PanelLights:
    """Turns the server's word on a panel into light; the end comes by itself, link or no link."""

    def __init__(self, lights: Lights, clock: Clock, buttons: Iterable[Button]) -> None:
        self._lights = lights
        self._clock = clock
        self._pins: dict[int, list[int]] = {}
        for button in buttons:
            if button.rates and button.counter is not None and button.light_pin is not None:
                self._pins.setdefault(button.counter, []).append(button.light_pin)

    def take(self, message: PanelMessage) -> None:
        """Let the panel of a counter invite, or end its invitation."""
        pins = self._pins.get(message.counter, [])
        self._lights.invite(pins, self._clock.monotonic_ms(), message.left_ms)
