"""Stands between the agent and its printer and notes when the first dots of a slip pass."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType

RASTER = b"\x1dv0"  # GS v 0: print a raster image
_CHUNK = 65536


class RasterWatch:
    """Finds the first raster command in a stream that may be cut anywhere, once it is armed.

    A slip is drawn with several such commands, and dots may look like one: only the first counts.
    """

    def __init__(self) -> None:
        self._tail = b""
        self._armed = False

    def arm(self) -> None:
        """Look out for the next slip."""
        self._armed = True

    def feed(self, data: bytes) -> bool:
        """Return whether the awaited slip begins within these bytes."""
        text = self._tail + data
        self._tail = text[-(len(RASTER) - 1) :]
        if not self._armed or RASTER not in text:
            return False
        self._armed = False
        return True


class Proxy:
    """Forwards every connection to the printer at `target`, and tells when dots came through."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._watch = RasterWatch()
        self._started: queue.SimpleQueue[float] = queue.SimpleQueue()

    def __enter__(self) -> Proxy:
        """Begin to accept."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Accept no more; a connection ends with its two ends."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def arm(self) -> None:
        """Look out for the next slip; comes before what lets it be printed."""
        self._watch.arm()

    def first_dots_s(self, timeout_s: float) -> float:
        """Return the `time.perf_counter()` of that slip's first raster byte."""
        return self._started.get(timeout=timeout_s)

    def _accept(self) -> None:
        while True:
            try:
                agent, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                printer = socket.create_connection(("127.0.0.1", self._target), timeout=3)
            except OSError:
                agent.close()
                continue
            printer.settimeout(None)
            threading.Thread(target=self._serve, args=(agent, printer), daemon=True).start()

    def _serve(self, agent: socket.socket, printer: socket.socket) -> None:
        with agent, printer:
            for end in (agent, printer):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_pump, args=(printer, agent), daemon=True)
            back.start()
            _pump(agent, printer, self._look)
            back.join()

    def _look(self, data: bytes) -> None:
        now_s = time.perf_counter()
        if self._watch.feed(data):
            self._started.put(now_s)


def _pump(
    source: socket.socket, sink: socket.socket, look: Callable[[bytes], None] = lambda _: None
) -> None:
    """Pass everything on until one end is gone; then both are shut."""
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            look(data)
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
