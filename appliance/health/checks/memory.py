"""Is there memory left?"""

from __future__ import annotations

import re
from pathlib import Path

from appliance.health.checks.base import Finding
from appliance.health.checks.levels import Level

WARN_PCT = 90
FAIL_PCT = 96
_LINE = re.compile(r"^(MemTotal|MemAvailable):\s+(\d+) kB", re.MULTILINE)


class Memory:
    """Reads /proc/meminfo; fires when 90 % (96 %) of the memory cannot be had any more."""

    name = "memory"
    subject = "memory"

    def __init__(self, root: Path = Path("/")) -> None:
        self._path = root / "proc/meminfo"
        self._level = Level(warn=WARN_PCT, fail=FAIL_PCT, back=3)

    def look(self) -> Finding:
        """Return how much of the memory is taken; caches count as free."""
        try:
            found = {key: int(kb) for key, kb in _LINE.findall(self._path.read_text("ascii"))}
            used_pct = 100 * (1 - found["MemAvailable"] / found["MemTotal"])
        except (OSError, ValueError, KeyError, ZeroDivisionError):
            return Finding("unknown", ("no_sensor",))
        state = self._level.judge(used_pct)
        causes = () if state == "ok" else ("memory_short",)
        return Finding(state, causes, {"memory_used_pct": round(used_pct, 1)})
