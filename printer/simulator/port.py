"""TCP port 9100: one sender at a time, and no more bytes taken than the buffer holds."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle

from printer.simulator.realtime import Order, Scanner

_GARBAGE = cycle(b"\xff\xa5\x41\x81\x0c\xe2")
# The kernel's own buffers hide a printer that has stopped taking data: keep them small.
_KERNEL_BYTES = 4096
_STREAM_BYTES = 1024
_UNHEARD_BYTES = 4096


@dataclass(slots=True)
class Manners:
    """How the connection misbehaves."""

    silent: bool = False
    garbage: bool = False
    # Noise without end, asked or not; nobody could tell an answer from it.
    babbles: bool = False
    swallow: bool = False
    drop_at_byte: int | None = None

    def say(self, data: bytes) -> bytes:
        """Give what the printer really sends where this would be its answer."""
        if self.silent or self.swallow:
            return b""
        return bytes(next(_GARBAGE) for _ in data) if self.garbage or self.babbles else data

    def cut_short(self, data: bytes) -> bytes | None:
        """Give the part of the data before the byte at which the line drops, if it is in here."""
        left = self.drop_at_byte
        if left is None:
            return None
        if len(data) < left:
            self.drop_at_byte = left - len(data)
            return None
        self.drop_at_byte = None
        return data[:left]


class Port:
    """The socket side: gives bytes to the printer and carries its answers."""

    def __init__(
        self,
        host: str,
        port: int,
        refuse_second: bool,
        manners: Manners,
        room: Callable[[], Awaitable[int]],
        receive: Callable[[bytes], None],
        obey: Callable[[Order], None],
    ) -> None:
        self.host = host
        self.port = port
        self.manners = manners
        self.received_bytes = 0
        self._refuse_second = refuse_second
        self._room = room
        self._receive = receive
        self._obey = obey
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._active: asyncio.StreamWriter | None = None
        self._turn = asyncio.Lock()

    def answer(self, data: bytes) -> None:
        """Send an answer to the sender that is connected now, if any."""
        said, sender = self.manners.say(data), self._active
        if not said or sender is None or sender.transport.is_closing():
            return
        # Whoever does not listen misses something, as on any printer with little memory.
        if sender.transport.get_write_buffer_size() < _UNHEARD_BYTES:
            sender.write(said)

    async def listen(self) -> None:
        """Accept senders; the first call with port 0 picks one that then stays."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)
        try:
            listener.bind((self.host, self.port))
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._serve, sock=listener, limit=_STREAM_BYTES)

    def vanish(self) -> None:
        """Refuse new senders and reset the present ones, as a printer without power does."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.hang_up()

    def hang_up(self) -> None:
        """Reset the present senders; new ones are welcome."""
        while self._writers:
            _reset(self._writers.pop())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Without power even a connection that was just being made is refused.
        if self._server is None or (self._refuse_second and self._active is not None):
            _reset(writer)
            return
        self._writers.add(writer)
        try:
            async with self._turn:  # a second sender is connected, and waits unheard
                self._active = writer
                try:
                    await self._take_all(reader, writer)
                finally:
                    self._active = None
        except (OSError, asyncio.CancelledError):
            pass  # the sender is gone, or we stop; what it sent so far is printed
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _take_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        scanner = Scanner()
        while not writer.transport.is_closing():
            room = await self._room()
            data = await reader.read(room)
            if not data or writer not in self._writers:
                return  # what stood in the line when it was cut is lost, power back on or not
            dropped = self.manners.cut_short(data)
            if dropped is not None:
                data = dropped
            self.received_bytes += len(data)
            for order in scanner.feed(data):
                self._obey(order)
            if not self.manners.swallow:
                self._receive(data)
            if dropped is not None:
                _reset(writer)
                return


def _reset(writer: asyncio.StreamWriter) -> None:
    opened = writer.get_extra_info("socket")
    if opened is not None:
        # Linger 0: the other end gets a reset, not a polite end. (It may have gone before us.)
        with suppress(OSError):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
