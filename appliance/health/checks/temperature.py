"""How hot is the processor?"""

from __future__ import annotations

from pathlib import Path

from appliance.health.checks.base import Finding
from appliance.health.checks.levels import Level

# A Pi slows down from 80 degrees on and halves its speed at 85.
WARN_C = 75
FAIL_C = 84


class Temperature:
    """Reads the hottest /sys/class/thermal/thermal_zone*/temp; fires at 75 °C and at 84 °C."""

    name = "temperature"
    subject = "temperature"

    def __init__(self, root: Path = Path("/")) -> None:
        self._folder = root / "sys/class/thermal"
        self._level = Level(warn=WARN_C, fail=FAIL_C, back=5)

    def look(self) -> Finding:
        """Return how hot the hottest zone is."""
        found = []
        for path in sorted(self._folder.glob("thermal_zone*/temp")):
            try:
                found.append(int(path.read_text(encoding="ascii")) / 1000)
            except (OSError, ValueError):
                continue  # some zones answer only while their device is awake
        if not found:
            return Finding("unknown", ("no_sensor",))
        state = self._level.judge(max(found))
        causes = () if state == "ok" else ("too_hot",)
        return Finding(state, causes, {"temperature_celsius": round(max(found), 1)})
