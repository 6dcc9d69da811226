"""Is there room on the disk that holds the data?"""

from __future__ import annotations

import os
from pathlib import Path

from appliance.health.checks.base import Finding
from appliance.health.checks.disk_share import DiskShare, Stat
from appliance.health.checks.levels import Level

WARN_PCT = 80
FAIL_PCT = 95


class DiskSpace:
    """Looks at the used share of bytes; fires at 80 % (nearly full) and at 95 % (full)."""

    name = "disk_space"
    subject = "disk"

    def __init__(self, folder: Path, stat: Stat = os.statvfs) -> None:
        level = Level(warn=WARN_PCT, fail=FAIL_PCT, back=2)
        self._share = DiskShare(folder, stat, level, _used)

    def look(self) -> Finding:
        """Return how full it is for us."""
        judged = self._share.judge()
        if judged is None:
            return Finding("unknown", ("no_sensor",))
        state, used_pct = judged
        causes = {"ok": (), "degraded": ("disk_nearly_full",)}.get(state, ("disk_full",))
        return Finding(state, causes, {"disk_used_pct": used_pct})


def _used(disk: os.statvfs_result) -> tuple[int, int]:
    """Return the blocks; what only root may still fill counts as used."""
    used = disk.f_blocks - disk.f_bfree
    return used, used + disk.f_bavail
