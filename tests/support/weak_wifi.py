"""Weak Wi-Fi between a browser and the server: answers that stop or end in their middle."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from enum import Enum

_HEAD_ENDS = b"\r\n\r\n"


class Air(Enum):
    """What becomes of the server's answers."""

    GOOD = "good"
    CUT = "the link ends in the middle of the body"
    STUCK = "the head arrives, the body never does, the link stays open"
    SILENT = "nothing arrives, the link stays open"


class WeakWifi:
    """A port that leads to the server's; `air` may be changed at any time."""

    def __init__(self, port: int) -> None:
        self.air = Air.GOOD
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]

    def serve(self) -> None:
        """Take connections until the door is closed."""
        with contextlib.suppress(OSError):
            while True:
                browser, _address = self._door.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._to))
                except ConnectionRefusedError:  # no server, which is the browser's to see
                    browser.close()
                    continue
                _thread(self._pass, browser, server, False)
                _thread(self._pass, server, browser, True)

    def close(self) -> None:
        """Take no further connection."""
        # Closing alone leaves accept() waiting.
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                air = self.air if answers else Air.GOOD
                if air is Air.GOOD:
                    target.sendall(data)
                    continue
                head, found, _body = data.partition(_HEAD_ENDS)
                # Without an end of a head it is a body of its own.
                if found and air is not Air.SILENT:
                    target.sendall(head + found)
                if air is Air.CUT:
                    break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _thread(work, *args: object) -> None:
    threading.Thread(target=work, args=args, daemon=True).start()


@contextlib.contextmanager
def weak_wifi(port: int) -> Iterator[WeakWifi]:
    """Give a way to the server's port that a test can spoil."""
    wifi = WeakWifi(port)
    _thread(wifi.serve)
    yield wifi
    wifi.close()
