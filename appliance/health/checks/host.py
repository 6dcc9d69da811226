"""All checks of one machine."""

from __future__ import annotations

from pathlib import Path

from appliance.health.checks.base import Check
from appliance.health.checks.clock_date import ClockDate
from appliance.health.checks.clock_sync import ClockSync
from appliance.health.checks.disk_errors import DiskErrors
from appliance.health.checks.disk_inodes import DiskInodes
from appliance.health.checks.disk_space import DiskSpace
from appliance.health.checks.disk_write import DiskWrite
from appliance.health.checks.memory import Memory
from appliance.health.checks.temperature import Temperature
from appliance.health.checks.undervoltage import Undervoltage


def host_checks(data: Path, root: Path = Path("/"), *, visitor: bool = False) -> list[Check]:
    """Return the checks of the machine whose data lie in `data`; `root` holds sys and proc.

    A `visitor` is a program that looks once, perhaps as another user, and leaves no trace.
    """
    return [
        DiskWrite(data, visitor=visitor),
        DiskSpace(data),
        DiskInodes(data),
        DiskErrors(root),
        ClockDate(),
        ClockSync(root),
        Temperature(root),
        Undervoltage(root),
        Memory(root),
    ]
