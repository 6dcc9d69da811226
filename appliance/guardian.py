"""Starts child processes and restarts a dead one after a second; nothing more."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from appliance import logs

RESTART_AFTER_S = 1.0
STOP_WITHIN_S = 6.0
SUPERVISED = "MOISO_SUPERVISED"


@dataclass
class Child:
    """A program of ours and what it is started with; `log` takes its lines, else the terminal."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, compare=False)
    died_at_s: float | None = field(default=None, compare=False)


class Guardian:
    """Keeps children running until it is told to stop.

    Each child has a session of its own, so that Ctrl-C reaches the guardian alone, which then
    stops the children in the reverse order of their start.
    """

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = list(children)
        self._stop = threading.Event()

    def start(self) -> None:
        """Start all children."""
        for child in self._children:
            _start(child)

    def run(self, look_every_s: float = 0.1) -> None:
        """Restart what dies, until SIGTERM or SIGINT; then stop everything."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            while not self._stop.wait(look_every_s):
                self.look_after()
        finally:
            self.stop()

    def look_after(self) -> None:
        """Restart, a second after its death, what has died since the last look."""
        for child in self._children:
            _look_after(child)

    def kill(self, name: str) -> None:
        """Kill a child as a crash would, kill -9."""
        for child in self._children:
            if child.name == name:
                _signal(child, signal.SIGKILL)

    def stop(self) -> None:
        """Ask every child to end; kill those that do not within six seconds."""
        for child in reversed(self._children):
            _signal(child, signal.SIGTERM)
        deadline_s = time.monotonic() + STOP_WITHIN_S
        for child in reversed(self._children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, deadline_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.process.wait()


def _start(child: Child) -> None:
    env = {**child.env, SUPERVISED: str(os.getpid())}
    with _log_of(child) as out:
        child.process = subprocess.Popen(
            child.argv, env=env, stdout=out, stderr=out, start_new_session=True
        )
    child.died_at_s = None


@contextmanager
def _log_of(child: Child) -> Iterator[IO[bytes] | None]:
    if child.log is None:
        yield None
        return
    child.log.parent.mkdir(exist_ok=True)
    with child.log.open("ab") as out:
        yield out


def _look_after(child: Child) -> None:
    if child.process is None or child.process.poll() is None:
        return
    if child.died_at_s is None:
        child.died_at_s = time.monotonic()
        # What the dead one left behind, such as a worker of its own, must go first.
        _signal(child, signal.SIGKILL)
        log = logs.get_logger()
        log.warning("child died", child=child.name, code=child.process.returncode)
    elif time.monotonic() - child.died_at_s >= RESTART_AFTER_S:
        _start(child)


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is None:
        return
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        # The whole group is gone, which is all that was wanted.
        return
