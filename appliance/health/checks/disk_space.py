"""Is there room on the disk that holds the data?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from appliance.health.checks.base import Finding
from appliance.health.checks.levels import Level

WARN_PCT = 80
FAIL_PCT = 95


class DiskSpace:
    """Looks at the used share of bytes; fires at 80 % (nearly full) and at 95 % (full)."""

    name = "disk_space"
    subject = "disk"

    def __init__(
        self, folder: Path, stat: Callable[[Path], os.statvfs_result] = os.statvfs
    ) -> None:
        self._folder = folder
        self._stat = stat
        self._level = Level(warn=WARN_PCT, fail=FAIL_PCT, back=2)

    def look(self) -> Finding:
        """Return how full it is for us: what only root may still fill counts as used."""
        try:
            disk = self._stat(self._folder)
        except OSError:
            return Finding("unknown", ("no_sensor",))
        used = disk.f_blocks - disk.f_bfree
        total = used + disk.f_bavail
        if total <= 0:
            return Finding("unknown", ("no_sensor",))
        used_pct = 100 * used / total
        state = self._level.judge(used_pct)
        cause = {"ok": (), "degraded": ("disk_nearly_full",)}.get(state, ("disk_full",))
        return Finding(state, cause, {"disk_used_pct": round(used_pct, 1)})
