"""Runs the server under gunicorn: one worker, threads, never gevent."""

from __future__ import annotations

import signal
from typing import Any

from gunicorn.app.base import BaseApplication

from appliance.bootstrap.files import DataFolder
from appliance.clock import Clock
from appliance.config import Config
from appliance.memory import give_back_large_blocks
from appliance.parent import die_with_parent

_GRACE_S = 2
_KEEPALIVE_S = 75


class Serving(BaseApplication):  # type: ignore[misc]
    """One office is one server process, always: one writer keeps the order provable."""

    def __init__(
        self, config: Config, data: DataFolder, clock: Clock, *, public_url: str, demo: bool
    ) -> None:
        self._config = config
        self._data = data
        self._clock = clock
        self._public_url = public_url
        self._demo = demo
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up; with an open WebSocket its default grace would take 30 s."""
        settings = {
            "bind": f"{self._config.server.host}:{self._config.server.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._config.server.threads,
            "graceful_timeout": _GRACE_S,
            "keepalive": _KEEPALIVE_S,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "moiso-server",
            # A worker whose parent was killed must free the port at once for the next server.
            "post_fork": lambda arbiter, _worker: die_with_parent(arbiter.pid, signal.SIGKILL),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application in the worker."""
        give_back_large_blocks()
        from appliance.bootstrap.server import build_server

        return build_server(
            self._config, self._data, self._clock, public_url=self._public_url, demo=self._demo
        )
