"""Does the power supply give enough?"""

from __future__ import annotations

from pathlib import Path

from appliance.health.checks.base import Finding

DRIVER = "rpi_volt"


class Undervoltage:
    """Reads in0_lcrit_alarm of the Raspberry Pi's voltage sensor; fires when it is set."""

    name = "undervoltage"
    subject = "power"

    def __init__(self, root: Path = Path("/")) -> None:
        self._folder = root / "sys/class/hwmon"

    def look(self) -> Finding:
        """Return whether the supply was too weak since the last look."""
        for name in sorted(self._folder.glob("hwmon*/name")):
            try:
                if name.read_text(encoding="ascii").strip() != DRIVER:
                    continue
                alarm = (name.parent / "in0_lcrit_alarm").read_text(encoding="ascii").strip()
            except (OSError, ValueError):
                continue
            numbers = {"undervoltage": float(alarm != "0")}
            if alarm == "0":
                return Finding("ok", (), numbers)
            return Finding("degraded", ("undervoltage",), numbers)
        return Finding("unknown", ("no_sensor",))
