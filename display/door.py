"""The door of the live channel: how many WebSockets are open, and which were let in.

A WebSocket holds a worker thread for as long as it lives, whoever is at its other end. Screens
that were let in are counted by the hub; this counts everybody, so that strangers who never say
who they are cannot take the threads of HTTP and the watchdog.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
VISITOR = "moiso.visitor"
STRANGER_S = 5.0
_PATH = "/socket.io/"


class Visitor:
    """One connection to the live channel; a stranger until it is let in."""

    def __init__(self, link: socket.socket | None) -> None:
        self.stranger = True
        self.since_s = time.monotonic()
        self._link = link

    def let_in(self) -> None:
        """Note that it has shown a good token."""
        self.stranger = False

    def let_out(self) -> None:
        """Note that it has taken its leave, or was sent away: it must not stay for long."""
        self.stranger, self.since_s = True, time.monotonic()

    def cut(self) -> None:
        """End the connection now, without waiting for the other end to agree."""
        if self._link is not None:
            with contextlib.suppress(OSError):
                self._link.shutdown(socket.SHUT_RDWR)


class Door:
    """A WSGI application around the live channel that holds at most `most` connections."""

    def __init__(self, inner: Application, most: int) -> None:
        self._inner = inner
        self._most = most
        self._lock = threading.Lock()
        self._visitors: set[Visitor] = set()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer the request; 503 for a connection too many."""
        if not environ.get("PATH_INFO", "").startswith(_PATH):
            return self._inner(environ, start_response)
        visitor = Visitor(environ.get("gunicorn.socket"))
        if not self._enter(visitor):
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        try:
            return self._inner({**environ, VISITOR: visitor}, start_response)
        finally:
            with self._lock:
                self._visitors.remove(visitor)

    def _enter(self, visitor: Visitor) -> bool:
        """Take a visitor in if there is room; strangers who overstayed have to go."""
        with self._lock:
            for other in self._visitors:
                if other.stranger and visitor.since_s - other.since_s > STRANGER_S:
                    other.cut()
            if len(self._visitors) >= self._most:
                return False
            self._visitors.add(visitor)
            return True
