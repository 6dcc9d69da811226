"""What device files have in common: never a call that blocks, and a cable that may be pulled."""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from abc import ABC, abstractmethod
from contextlib import suppress

from printer.errors import ConnectFailed, ConnectionLost, WriteFailed

_READ_BYTES = 4096
_EMPTY_PAUSE_S = 0.02
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


class FdTransport(ABC):
    """A transport over one non-blocking file descriptor."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._fd = -1

    @property
    def name(self) -> str:
        """Name the printer by its device."""
        return self._name

    @property
    def is_open(self) -> bool:
        """True while the device is open."""
        return self._fd >= 0

    @abstractmethod
    def _open(self) -> int:
        """Open the device without waiting and give its descriptor, or raise OSError."""

    def _close(self, fd: int) -> None:
        """Close what `_open` opened; never raises."""
        with suppress(OSError):
            os.close(fd)

    def open(self, timeout_s: float) -> None:
        """Open the device; a node that is missing or taken is `ConnectFailed` at once."""
        del timeout_s  # opening never waits
        if self._fd >= 0:
            return
        try:
            self._fd = self._open()
        except OSError as error:
            self._fd = -1
            raise ConnectFailed(printer=self.name, why=why(error)) from error

    def write(self, data: bytes, timeout_s: float) -> int:
        """Hand over what the device takes within the time; 0 if it takes nothing."""
        if self._fd < 0:
            raise WriteFailed(0, "closed")
        deadline_s = time.monotonic() + timeout_s
        while True:
            try:
                return os.write(self._fd, data)
            except BlockingIOError:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    return 0
                if wait(self._fd, select.POLLOUT, left_s) & _GONE:
                    self.close()
                    raise WriteFailed(0, "unplugged") from None
            except OSError as error:
                self.close()
                raise WriteFailed(0, why(error)) from error

    def read(self, timeout_s: float) -> bytes:
        """Give what has arrived within the time, b"" if nothing did."""
        if self._fd < 0:
            raise ConnectionLost(printer=self.name, why="closed")
        deadline_s = time.monotonic() + timeout_s
        while True:
            seen = wait(self._fd, select.POLLIN, max(0.0, deadline_s - time.monotonic()))
            if not seen:
                return b""
            data = self._read_now(seen)
            left_s = deadline_s - time.monotonic()
            if data or left_s <= 0:
                return data
            # The USB class driver wakes us for packets without data: no reason to spin.
            time.sleep(min(_EMPTY_PAUSE_S, left_s))

    def close(self) -> None:
        """Drop the device."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            self._close(fd)

    def _read_now(self, seen: int) -> bytes:
        try:
            data = os.read(self._fd, _READ_BYTES)
        except BlockingIOError:
            data = b""
        except OSError as error:
            self.close()
            raise ConnectionLost(printer=self.name, why=why(error)) from error
        if not data and seen & _GONE:
            self.close()
            raise ConnectionLost(printer=self.name, why="unplugged")
        return data


def wait(handle: int | socket.socket, event: int, timeout_s: float) -> int:
    """Wait for a poll event and give what was seen, 0 if nothing."""
    poller = select.poll()
    poller.register(handle, event)
    found = poller.poll(max(0, round(timeout_s * 1000)))
    return found[0][1] if found else 0


def why(error: OSError) -> str:
    """Give the short word for logs: the errno's name in small letters."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, socket.gaierror):
        return "name_unknown"
    return errno.errorcode.get(error.errno or 0, type(error).__name__).lower()
