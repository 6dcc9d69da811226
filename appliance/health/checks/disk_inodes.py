"""Can the disk that holds the data take more files?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from appliance.health.checks.base import Finding
from appliance.health.checks.levels import Level

WARN_PCT = 90
FAIL_PCT = 98


class DiskInodes:
    """Looks at the used share of inodes; fires at 90 % and at 98 %: a disk full of small files."""

    name = "disk_inodes"
    subject = "disk"

    def __init__(
        self, folder: Path, stat: Callable[[Path], os.statvfs_result] = os.statvfs
    ) -> None:
        self._folder = folder
        self._stat = stat
        self._level = Level(warn=WARN_PCT, fail=FAIL_PCT, back=2)

    def look(self) -> Finding:
        """Return how many inodes are used; file systems without a fixed number are unknown."""
        try:
            disk = self._stat(self._folder)
        except OSError:
            return Finding("unknown", ("no_sensor",))
        if disk.f_files <= 0:
            return Finding("unknown", ("no_sensor",))
        used_pct = 100 * (disk.f_files - disk.f_ffree) / disk.f_files
        state = self._level.judge(used_pct)
        causes = () if state == "ok" else ("disk_many_files",)
        return Finding(state, causes, {"disk_inodes_used_pct": round(used_pct, 1)})
