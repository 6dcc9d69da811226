"""A printer on the network (raw port 9100)."""

from __future__ import annotations

import select
import socket
import time

from printer.errors import ConnectFailed, ConnectionLost, WriteFailed
from printer.transports.fd import wait, why
from printer.transports.lookup import Lookup, Place

# Small, so that what a dead printer has not taken stays visible here and not in the kernel.
_SEND_BUFFER_BYTES = 8192
_UNACKED_LIMIT_MS = 8000


class TcpTransport:
    """One TCP connection with deadlines on connect, write and read."""

    def __init__(self, host: str, port: int = 9100) -> None:
        self._address = (host, port)
        self._lookup = Lookup(host, port)
        self._socket: socket.socket | None = None

    @property
    def name(self) -> str:
        """Name the printer by its address."""
        return f"tcp:{self._address[0]}:{self._address[1]}"

    @property
    def is_open(self) -> bool:
        """True while a connection exists."""
        return self._socket is not None

    def open(self, timeout_s: float) -> None:
        """Find the address and connect, all within the time, or raise `ConnectFailed`."""
        if self._socket is not None:
            return
        deadline_s = time.monotonic() + timeout_s
        try:
            self._socket = _connect(self._lookup.places(timeout_s), deadline_s)
        except OSError as error:
            raise ConnectFailed(printer=self.name, why=why(error)) from error

    def write(self, data: bytes, timeout_s: float) -> int:
        """Hand over what the printer takes within the time; 0 if it takes nothing."""
        if self._socket is None:
            raise WriteFailed(0, "closed")
        deadline_s = time.monotonic() + timeout_s
        while True:
            try:
                return self._socket.send(data)
            except BlockingIOError:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    return 0
                wait(self._socket, select.POLLOUT, left_s)
            except OSError as error:
                self.close()
                raise WriteFailed(0, why(error)) from error

    def read(self, timeout_s: float) -> bytes:
        """Give what has arrived within the time, b"" if nothing did."""
        if self._socket is None:
            raise ConnectionLost(printer=self.name, why="closed")
        try:
            if not wait(self._socket, select.POLLIN, timeout_s):
                return b""
            data = self._socket.recv(4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            self.close()
            raise ConnectionLost(printer=self.name, why=why(error)) from error
        if not data:
            self.close()
            raise ConnectionLost(printer=self.name, why="closed_by_printer")
        return data

    def close(self) -> None:
        """Drop the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _connect(places: list[Place], deadline_s: float) -> socket.socket:
    """Connect to the first place that takes it by the deadline, or raise the last one's error."""
    refused: OSError = TimeoutError("no time left to connect")
    for family, address in places:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            break
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.settimeout(left_s)
            opened.connect(address)
            _tune(opened)
        except OSError as error:
            opened.close()
            refused = error
        else:
            return opened
    raise refused


def _tune(opened: socket.socket) -> None:
    opened.setblocking(False)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", 10),
        ("TCP_KEEPINTVL", 3),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", _UNACKED_LIMIT_MS),
    ):
        if hasattr(socket, option):  # Linux has all of them, a developer's laptop may not
            opened.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
