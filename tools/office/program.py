"""One program of an office, in a session of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.guardian import SUPERVISED

ROOT = Path(__file__).resolve().parents[2]
_LOG_LINES = 200


@dataclass
class Program:
    """One program of the office in a session of its own; the end of its output is kept in memory.

    Output goes to a pipe and not to a file, so that it is no part of the bytes it writes.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    _lines: deque[bytes] = field(default_factory=lambda: deque(maxlen=_LOG_LINES))

    def start(self, under: Sequence[str] = ()) -> None:
        """Start it, with the words of `under` (such as strace and its options) in front."""
        # Under another program this process is not the parent whose death the child would heed.
        keeper = {} if under else {SUPERVISED: str(os.getpid())}
        self.process = subprocess.Popen(
            [*under, *self.argv],
            env={**self.env, **keeper},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._drain, args=(self.process,), daemon=True).start()

    def kill(self) -> None:
        """Kill it and all that it started; does nothing if it never ran."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def pids(self) -> list[int]:
        """Return its processes: all of its session."""
        assert self.process is not None, "start() comes first"
        return [pid for pid in _every_pid() if _session_of(pid) == self.process.pid]

    @property
    def output(self) -> str:
        """Return the last lines that it wrote."""
        return b"".join(self._lines).decode(errors="replace")

    def _drain(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as out:
            self._lines.extend(out)


def _every_pid() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0
