"""How much of something a disk has used up; what the checks of a disk have in common."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from appliance.health.checks.base import State
from appliance.health.checks.levels import Level

Stat = Callable[[Path], os.statvfs_result]


class DiskShare:
    """The used share of the disk that holds `folder`; `used_of` gives what is used, and of what."""

    def __init__(
        self,
        folder: Path,
        stat: Stat,
        level: Level,
        used_of: Callable[[os.statvfs_result], tuple[int, int]],
    ) -> None:
        self._folder = folder
        self._stat = stat
        self._level = level
        self._used_of = used_of

    def judge(self) -> tuple[State, float] | None:
        """Return the state and the share in percent; None for a disk that does not tell it."""
        try:
            used, total = self._used_of(self._stat(self._folder))
        except OSError:
            return None
        if total <= 0:
            return None
        used_pct = 100 * used / total
        return self._level.judge(used_pct), round(used_pct, 1)
