"""Pins without hardware, for the demo and the tests: somebody else drives their levels."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.devices.gpio.backend import Wiring
from appliance.devices.gpio.gpiozero_pins import GpiozeroPins


class MockPins(GpiozeroPins):
    """gpiozero's own mock pins; levels are driven, lights can be looked at."""

    backend = "mock"

    def __init__(self, wiring: Wiring) -> None:
        from gpiozero.pins.mock import MockFactory

        super().__init__(wiring, MockFactory())

    def drive(self, pin: int, *, high: bool) -> None:
        """Set the level at a button's pin; raises LookupError for any other pin."""
        mock = self._buttons[pin].pin
        if high:
            mock.drive_high()
        else:
            mock.drive_low()

    def lights(self) -> Mapping[int, bool]:
        """Return which lights shine."""
        return {pin: bool(device.value) for pin, device in self._lights.items()}
