"""The one interface to the pins of a Pi, and the choice of who drives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from appliance.errors import Unavailable

Backend = Literal["auto", "lgpio", "gpiod", "mock"]


@dataclass(frozen=True)
class Wiring:
    """BCM numbers: buttons pull to ground (pushed = low), lights shine when high."""

    buttons: Collection[int]
    lights: Collection[int]

    def __bool__(self) -> bool:
        return bool(self.buttons or self.lights)


class Pins(Protocol):
    """Levels in, lights out; nothing here waits, calls back or remembers edges."""

    @property
    def backend(self) -> str:
        """Name the library that drives the pins."""

    def read_levels(self) -> Mapping[int, bool]:
        """Return the present level of every button's pin: True is high, released."""

    def set_light(self, pin: int, on: bool) -> None:
        """Switch the light at `pin`."""

    def close(self) -> None:
        """Give the pins back, lights off."""


def open_pins(backend: Backend, wiring: Wiring, work_dir: Path) -> Pins:
    """Return the pins of `wiring`; raises Unavailable("gpio_unavailable") with the reason.

    "auto" tries lgpio, then gpiod (Python 3.13 has no lgpio). Without a button or a light no
    library is loaded and no chip is opened.
    """
    if not wiring:
        from appliance.devices.gpio.no_pins import NoPins

        return NoPins()
    if backend != "auto":
        return _open(backend, wiring, work_dir)
    try:
        return _open("lgpio", wiring, work_dir)
    except Unavailable as first:
        try:
            return _open("gpiod", wiring, work_dir)
        except Unavailable as second:
            raise Unavailable(
                "gpio_unavailable",
                backend="auto",
                reason=f"lgpio: {first.fields['reason']}; gpiod: {second.fields['reason']}",
            ) from second


def _open(backend: Backend, wiring: Wiring, work_dir: Path) -> Pins:
    try:
        if backend == "mock":
            from appliance.devices.gpio.mock_pins import MockPins

            return MockPins(wiring)
        if backend == "gpiod":
            from appliance.devices.gpio.gpiod_pins import GpiodPins

            return GpiodPins(wiring)
        from appliance.devices.gpio.lgpio_pins import LgpioPins

        return LgpioPins(wiring, work_dir)
    except Exception as exc:  # whatever a GPIO library raises, the technician is told who and why
        raise Unavailable(
            "gpio_unavailable", backend=backend, reason=f"{type(exc).__name__}: {exc}"
        ) from exc
