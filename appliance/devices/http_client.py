"""One keep-alive HTTP connection to the server, by the standard library.

Every call ends within its time-out, and a peer that vanished without a word (power cut, cable)
is noticed within seconds even while a long poll waits.
"""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from appliance.errors import Unavailable

_CONNECT_S = 3.0
_MOST_BYTES = 4 * 1024 * 1024
# Probe after 2 s of silence, then each second; give up after 3 misses or 5 s of unsent data.
_KEEPALIVE = (
    (socket.SO_KEEPALIVE, socket.SOL_SOCKET, 1),
    (socket.TCP_KEEPIDLE, socket.IPPROTO_TCP, 2),
    (socket.TCP_KEEPINTVL, socket.IPPROTO_TCP, 1),
    (socket.TCP_KEEPCNT, socket.IPPROTO_TCP, 3),
    (socket.TCP_USER_TIMEOUT, socket.IPPROTO_TCP, 5_000),
    # http.client sends head and body apart; without this the body waits for an ACK of the head.
    (socket.TCP_NODELAY, socket.IPPROTO_TCP, 1),
)


@dataclass(frozen=True)
class Answer:
    """A complete answer of the server."""

    status: int
    body: bytes


class HttpClient:
    """One connection, used by one thread at a time; `abort` may come from any other."""

    def __init__(self, base_url: str, token: Callable[[], str | None]) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or 80
        self._token = token
        self._connection: http.client.HTTPConnection | None = None
        self._lock = threading.Lock()
        self._aborted = False

    def request(
        self, method: str, path: str, body: bytes | None = None, *, timeout_s: float = 5.0
    ) -> Answer:
        """Return the answer, whatever its status; raises Unavailable("server_unreachable")."""
        try:
            connection = self._open(timeout_s)
            connection.request(method, path, body, self._headers(body))
            response = connection.getresponse()
            data = response.read(_MOST_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as exc:
            # ValueError: the socket was taken away by `abort` between two calls.
            self.close()
            raise Unavailable("server_unreachable", reason=f"{type(exc).__name__}: {exc}") from exc
        if len(data) > _MOST_BYTES:
            self.close()
            raise Unavailable("server_unreachable", reason="answer too large")
        return Answer(response.status, data)

    def abort(self) -> None:
        """End a running call now and refuse every later one."""
        with self._lock:
            self._aborted = True
            sock = self._connection.sock if self._connection is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Drop the connection; the next call opens a new one."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self, timeout_s: float) -> http.client.HTTPConnection:
        if self._connection is not None and _gone(self._connection.sock):
            self.close()
        connection = self._connection
        if connection is None or connection.sock is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=_CONNECT_S)
            connection.connect()
            for option, level, value in _KEEPALIVE:
                connection.sock.setsockopt(level, option, value)
        with self._lock:
            self._connection = connection
            if self._aborted:
                raise ConnectionAbortedError("stopping")
        connection.sock.settimeout(timeout_s)
        return connection

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        token = self._token()
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return headers


def _gone(sock: socket.socket | None) -> bool:
    """Tell whether an idle connection was closed by the server: then it has something to read."""
    if sock is None:
        return True
    try:
        readable, _, _ = select.select([sock], [], [], 0)
    except (OSError, ValueError):
        return True
    return bool(readable)
