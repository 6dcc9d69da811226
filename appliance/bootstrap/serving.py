"""Runs the server under gunicorn: one worker, threads, never gevent."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from appliance.bootstrap.files import DataFolder
from appliance.clock import Clock
from appliance.memory import hold_little, settle
from appliance.parent import die_with_parent

if TYPE_CHECKING:
    from appliance.bootstrap.program import Told

_GRACE_S = 2
_KEEPALIVE_S = 75
# By these gunicorn reloads, adds or takes away workers, or starts itself a second time.
_SIGNALS_OF_MORE = (
    signal.SIGHUP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGUSR2,
    signal.SIGWINCH,
)


class Serving(BaseApplication):  # type: ignore[misc]
    """One office is one server process, always: one writer keeps the order provable."""

    def __init__(self, told: Told, data: DataFolder, clock: Clock) -> None:
        self._told = told
        self._data = data
        self._clock = clock
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up; with an open WebSocket its default grace would take 30 s."""
        settings = {
            "bind": f"{self._told.host}:{self._told.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._told.threads,
            "graceful_timeout": _GRACE_S,
            "keepalive": _KEEPALIVE_S,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "moiso-server",
            # Objects of before the fork are never garbage; looking at them would copy their pages.
            "when_ready": lambda _arbiter: _stay_one(),
            "post_worker_init": lambda _worker: _stay_one(),
            "pre_fork": lambda _arbiter, _worker: gc.freeze(),
            # A worker whose parent was killed must free the port at once for the next server.
            "post_fork": lambda arbiter, _worker: die_with_parent(arbiter.pid, signal.SIGKILL),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application in the worker: the main process stays as small as it can."""
        hold_little()
        from appliance.bootstrap.server import build_server
        from appliance.config import load

        told = self._told
        config = load(Path(told.config), os.environ)
        app = build_server(
            config, self._data, self._clock, public_url=told.public_url, demo=told.demo
        )
        settle()
        return app


def _stay_one() -> None:
    """Let no signal bring a second worker beside the one, or leave none."""
    for number in _SIGNALS_OF_MORE:
        signal.signal(number, signal.SIG_IGN)
