"""Does the disk still take what we write?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from appliance.health.checks.base import Finding

CANARY = ".canary"


class DiskWrite:
    """Writes a small file and waits for the disk (fsync); fires when either is refused.

    /proc/mounts may go on saying "rw" while every write fails (kernels >= 6.12): only writing
    tells. Who looks again and again keeps the file, which spares the disk; a `visitor`, who may be
    another user, leaves nothing behind that the owner of the folder could not write to.
    """

    name = "disk_write"
    subject = "disk"

    def __init__(
        self, folder: Path, sync: Callable[[int], None] = os.fsync, *, visitor: bool = False
    ) -> None:
        self._folder = folder
        self._sync = sync
        self._visitor = visitor

    def look(self) -> Finding:
        """Return whether a byte reached the disk."""
        try:
            self._visit() if self._visitor else self._write()
        except PermissionError:
            # To a visitor it says nothing. The owner of the folder should know, and does not.
            return Finding("unknown", ("no_sensor" if self._visitor else "check_failed",))
        except OSError:
            return Finding("failed", ("disk_unwritable",))
        return Finding("ok")

    def _visit(self) -> None:
        with tempfile.TemporaryFile(dir=self._folder, buffering=0) as file:
            file.write(b"x")
            self._sync(file.fileno())

    def _write(self) -> None:
        try:
            handle = self._open()
        except PermissionError:
            # Left by somebody else, such as root: the folder is ours, so is what lies in it.
            (self._folder / CANARY).unlink()
            handle = self._open()
        try:
            os.pwrite(handle, b"x", 0)
            self._sync(handle)
        finally:
            os.close(handle)

    def _open(self) -> int:
        return os.open(self._folder / CANARY, os.O_WRONLY | os.O_CREAT, 0o600)
