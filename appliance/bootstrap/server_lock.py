"""One server at most on a data folder: two would both open days and speak over each other."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from appliance import logs
from appliance.errors import Refused

# A worker whose main process was killed is killed with it, and may need a moment to be gone.
WAIT_S = 5.0
_LOOK_EVERY_S = 0.05


def own(path: Path) -> None:
    """Lock `path` for this process, what it becomes and its workers, until the last one is gone.

    Raises Refused("server_already_running"). A folder in which there can be no lock stops no
    server: that one has to tell people what is wrong.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
    except OSError as exc:
        logs.get_logger().error("server_lock_unusable", path=str(path), error=str(exc))
        return
    deadline_s = time.monotonic() + WAIT_S
    while not _locked(handle):
        if time.monotonic() > deadline_s:
            os.close(handle)
            raise Refused("server_already_running", folder=str(path.parent))
        time.sleep(_LOOK_EVERY_S)
    os.set_inheritable(handle, True)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
