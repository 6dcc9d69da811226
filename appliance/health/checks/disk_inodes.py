"""Can the disk that holds the data take more files?"""

from __future__ import annotations

import os
from pathlib import Path

from appliance.health.checks.base import Finding
from appliance.health.checks.disk_share import DiskShare, Stat
from appliance.health.checks.levels import Level

WARN_PCT = 90
FAIL_PCT = 98


class DiskInodes:
    """Looks at the used share of inodes; fires at 90 % and at 98 %: a disk full of small files."""

    name = "disk_inodes"
    subject = "disk"

    def __init__(self, folder: Path, stat: Stat = os.statvfs) -> None:
        level = Level(warn=WARN_PCT, fail=FAIL_PCT, back=2)
        self._share = DiskShare(folder, stat, level, _used)

    def look(self) -> Finding:
        """Return how many inodes are used; file systems without a fixed number are unknown."""
        judged = self._share.judge()
        if judged is None:
            return Finding("unknown", ("no_sensor",))
        state, used_pct = judged
        causes = () if state == "ok" else ("disk_many_files",)
        return Finding(state, causes, {"disk_inodes_used_pct": used_pct})


def _used(disk: os.statvfs_result) -> tuple[int, int]:
    return disk.f_files - disk.f_ffree, disk.f_files
