"""Pins of a real Pi through the kernel's own library (Python 3.13 on, where lgpio is missing)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.devices.gpio.backend import Wiring

# The header's chip by its driver: BCM2835 to 2837, BCM2711 (Pi 4), RP1 (Pi 5). Its number is not
# fixed: a Pi 5's went from 4 to 0 (gpiozero #1166).
_HEADER_LABELS = ("pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1")
_CONSUMER = "moiso"


class GpiodPins:
    """Lines requested from one gpiochip, all at once."""

    backend = "gpiod"

    def __init__(self, wiring: Wiring, chip: str | None = None) -> None:
        import gpiod
        from gpiod.line import Bias, Direction, Value

        self._active = Value.ACTIVE
        self._inactive = Value.INACTIVE
        self._buttons = list(dict.fromkeys(wiring.buttons))
        lights = tuple(dict.fromkeys(wiring.lights))
        settings: dict[Any, Any] = {}
        if self._buttons:
            settings[tuple(self._buttons)] = gpiod.LineSettings(
                direction=Direction.INPUT, bias=Bias.PULL_UP
            )
        if lights:
            settings[lights] = gpiod.LineSettings(
                direction=Direction.OUTPUT, output_value=Value.INACTIVE
            )
        self._lights = lights
        self._lines = gpiod.request_lines(
            chip or _header_chip(gpiod), consumer=_CONSUMER, config=settings
        )

    def read_levels(self) -> Mapping[int, bool]:
        """Return the present level of every button's pin: True is high, released."""
        if not self._buttons:
            return {}
        values = self._lines.get_values(self._buttons)
        return {
            pin: value == self._active for pin, value in zip(self._buttons, values, strict=True)
        }

    def set_light(self, pin: int, on: bool) -> None:
        """Switch the light at `pin`."""
        self._lines.set_value(pin, self._active if on else self._inactive)

    def close(self) -> None:
        """Give the pins back, lights off."""
        for pin in self._lights:
            self.set_light(pin, on=False)
        self._lines.release()


def _header_chip(gpiod: Any) -> str:
    for path in sorted(Path("/dev").glob("gpiochip*")):
        if not gpiod.is_gpiochip_device(str(path)):
            continue
        with gpiod.Chip(str(path)) as chip:
            if chip.get_info().label in _HEADER_LABELS:
                return str(path)
    raise FileNotFoundError("no gpiochip of a Raspberry Pi's header under /dev")
