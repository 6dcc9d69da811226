"""Pins through gpiozero devices, whatever the factory behind them.

`InputDevice`, never `Button`: a Button arms edge alerts, and closing one such device stops the
edges of all others (gpiozero #1189), an exception in a callback ends the only notify thread.
Levels that are polled have neither fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.devices.gpio.backend import Wiring


class GpiozeroPins:
    """Input and output devices of one gpiozero pin factory."""

    backend = "gpiozero"

    def __init__(self, wiring: Wiring, factory: Any) -> None:
        from gpiozero import InputDevice, OutputDevice

        self._factory = factory
        self._buttons: dict[int, Any] = {}
        self._lights: dict[int, Any] = {}
        try:
            for pin in dict.fromkeys(wiring.buttons):
                self._buttons[pin] = InputDevice(pin, pull_up=True, pin_factory=factory)
            for pin in dict.fromkeys(wiring.lights):
                self._lights[pin] = OutputDevice(pin, initial_value=False, pin_factory=factory)
        except BaseException:
            self.close()
            raise

    def read_levels(self) -> Mapping[int, bool]:
        """Return the present level of every button's pin: True is high, released."""
        # `value` is active-state aware: with pull_up, 1 means pulled to ground.
        return {pin: not device.value for pin, device in self._buttons.items()}

    def set_light(self, pin: int, on: bool) -> None:
        """Switch the light at `pin`."""
        self._lights[pin].value = on

    def close(self) -> None:
        """Give the pins back, lights off."""
        # All at once and only at the end: closing single devices is what breaks lgpio's edges.
        for device in (*self._lights.values(), *self._buttons.values()):
            device.close()
        self._factory.close()
