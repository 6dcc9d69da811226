"""Has the file system met errors?"""

from __future__ import annotations

from pathlib import Path

from appliance.health.checks.base import Finding


class DiskErrors:
    """Adds up /sys/fs/ext4/*/errors_count; fires when it is not zero.

    The kernel keeps the number in the file system, over reboots, until e2fsck has repaired it.
    """

    name = "disk_errors"
    subject = "disk"

    def __init__(self, root: Path = Path("/")) -> None:
        self._folder = root / "sys/fs/ext4"

    def look(self) -> Finding:
        """Return whether any ext4 file system here counted an error."""
        counts = []
        for path in sorted(self._folder.glob("*/errors_count")):
            try:
                counts.append(int(path.read_text(encoding="ascii")))
            except (OSError, ValueError):
                continue  # a file system that was unmounted meanwhile
        if not counts:
            return Finding("unknown", ("no_sensor",))
        numbers = {"disk_errors": float(sum(counts))}
        return (
            Finding("degraded", ("disk_errors",), numbers)
            if any(counts)
            else Finding("ok", (), numbers)
        )
