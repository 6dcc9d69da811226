"""Where a printer's name leads: asked for within a time, whatever the name server does."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future
from typing import Any

Place = tuple[int, Any]
"""The family of an address, and the address as a socket wants it."""


class Lookup:
    """The addresses of one name.

    getaddrinfo knows no deadline: a name server that is silent holds it for 20 seconds and more.
    So it runs in a thread of its own, one at a time, and what it found last serves while the name
    server is away.
    """

    def __init__(self, host: str, port: int) -> None:
        self._asked = (host, port)
        self._running: Future[list[Place]] | None = None
        self._last: list[Place] = []

    def places(self, timeout_s: float) -> list[Place]:
        """Give at least one place, within the time; raises OSError if none is known."""
        try:
            return _ask(*self._asked, socket.AI_NUMERICHOST)
        except socket.gaierror:
            pass  # a name: only that has to be asked for
        running = self._running = self._running or _begin(*self._asked)
        try:
            # With an old address at hand, time must be left to connect to it.
            self._last = running.result(timeout_s / 2 if self._last else timeout_s)
        except OSError:
            if not self._last:
                raise
        finally:
            if running.done():
                self._running = None
        return self._last


def _begin(host: str, port: int) -> Future[list[Place]]:
    found: Future[list[Place]] = Future()

    def work() -> None:
        try:
            found.set_result(_ask(host, port))
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the result
            found.set_exception(error)

    # A daemon: the end of the program does not wait for a name server.
    threading.Thread(target=work, name="printer-lookup", daemon=True).start()
    return found


def _ask(host: str, port: int, flags: int = 0) -> list[Place]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError as error:  # no name of a computer looks like this
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
    return [(family, address) for family, _, _, _, address in found]
