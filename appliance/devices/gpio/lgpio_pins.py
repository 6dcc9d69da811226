"""Pins of a real Pi through gpiozero and lgpio (Python up to 3.12)."""

from __future__ import annotations

import os
from pathlib import Path

from appliance.devices.gpio.backend import Wiring
from appliance.devices.gpio.gpiozero_pins import GpiozeroPins


class LgpioPins(GpiozeroPins):
    """gpiozero devices on lgpio; `work_dir` must be writable."""

    backend = "lgpio"

    def __init__(self, wiring: Wiring, work_dir: Path) -> None:
        # lgpio makes a FIFO at import, in LG_WD or else in the present folder, which systemd may
        # have made read-only; and with LG_WD set it changes the process's folder to it.
        os.environ.setdefault("LG_WD", str(work_dir.resolve()))
        before = Path.cwd()
        try:
            from gpiozero.pins.lgpio import LGPIOFactory
        finally:
            os.chdir(before)
        super().__init__(wiring, LGPIOFactory())
