"""Does the disk still take what we write?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from appliance.health.checks.base import Finding

CANARY = ".canary"


class DiskWrite:
    """Writes a small file and waits for the disk (fsync); fires when either is refused.

    /proc/mounts may go on saying "rw" while every write fails (kernels >= 6.12): only writing
    tells.
    """

    name = "disk_write"
    subject = "disk"

    def __init__(self, folder: Path, sync: Callable[[int], None] = os.fsync) -> None:
        self._path = folder / CANARY
        self._sync = sync

    def look(self) -> Finding:
        """Return whether a byte reached the disk."""
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(handle, b"x", 0)
                self._sync(handle)
            finally:
                os.close(handle)
        except PermissionError:
            # Somebody else looks, such as a person with `moiso doctor`: that says nothing.
            return Finding("unknown", ("check_failed",))
        except OSError:
            return Finding("failed", ("disk_unwritable",))
        return Finding("ok")
