"""The agent as a whole: starts its workers, and ends when one of them does.

    run ─► start workers ─► on_ready ─► … ─► SIGTERM, SIGINT or `stop` ─► exit 0
                                         └─► a worker has died        ─► exit 70

A process that looks alive while its poller or its link is dead would be worse than one that is
gone for a second: systemd or `moiso run` starts it again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence

from appliance import logs
from appliance.devices.worker import Worker

STOP_S = 2.5


class Agent:
    """Runs the workers it is given, each in a thread of its own.

    `workers` are stopped in their order: first what takes presses in, last what needs them.
    `closers` run afterwards, in order, each with the seconds that are left to it.
    """

    def __init__(
        self,
        workers: Sequence[Worker],
        closers: Sequence[Callable[[float], None]],
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._workers = workers
        self._closers = closers
        self._on_ready = on_ready
        self._end = threading.Event()
        self._bell, self._ringer = socket.socketpair()
        self._ringer.setblocking(False)
        self._stopping = False
        self._died: str | None = None
        self._log = logs.get_logger()

    @property
    def died(self) -> str | None:
        """Return the name of the worker that ended the agent, if one did."""
        return self._died

    def run(self) -> int:
        """Work until told to stop; return the exit code."""
        self._catch_signals()
        threads = [
            threading.Thread(target=self._work, args=(worker,), name=worker.name, daemon=True)
            for worker in self._workers
        ]
        for thread in threads:
            thread.start()
        self._log.info("agent_ready", workers=[worker.name for worker in self._workers])
        self._on_ready()
        self._bell.recv(1)
        self._end.set()
        self._shut_down(threads)
        if _in_main_thread():
            signal.set_wakeup_fd(-1)
        self._bell.close()
        self._ringer.close()
        return os.EX_OK if self._died is None else os.EX_SOFTWARE

    def stop(self) -> None:
        """Ask the agent to end; from any thread."""
        self._end.set()
        with contextlib.suppress(OSError):  # it has ended, or has been asked often enough
            self._ringer.send(b"\0")

    def _work(self, worker: Worker) -> None:
        try:
            worker.run()
        except BaseException:  # noqa: BLE001 - the thread's edge: whatever it was, it ends the process
            self._log.exception("worker_died", worker=worker.name)
            if self._stopping:
                return
        else:
            if self._stopping or self._end.is_set():
                return
            self._log.error("worker_died", worker=worker.name, error="ended by itself")
        self._died = self._died or worker.name
        self.stop()

    def _shut_down(self, threads: Sequence[threading.Thread]) -> None:
        self._stopping = True
        end_s = time.monotonic() + STOP_S
        for worker in self._workers:
            worker.stop()
        for thread in threads:
            thread.join(max(0.0, end_s - time.monotonic()))
            if thread.is_alive():
                self._log.error("worker_did_not_stop", worker=thread.name)
        for close in self._closers:
            try:
                close(max(0.2, end_s - time.monotonic()))
            except Exception:  # noqa: BLE001 - the parts after it must be closed all the same
                self._log.exception("close_failed")
        self._log.info("agent_stopped", died=self._died)

    def _catch_signals(self) -> None:
        """Let both signals ring, from C: a handler of ours might run only after a long sleep.

        One that comes just before the main thread begins to wait does not wake it, and a lock
        that it holds at that moment cannot be taken by its handler.
        """
        if not _in_main_thread():
            return
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
