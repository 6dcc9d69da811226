"""A pseudo-terminal that behaves like a serial port or a USB printer's device node.

Its name is a link in the simulator's folder, which is gone while the printer has no power.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from printer.simulator.port import Manners
from printer.simulator.realtime import Order, Scanner

_REPLUG_S = 0.3


class PtyPort:
    """The cable's far end: takes no more than the buffer holds, and can be pulled out."""

    def __init__(
        self,
        link: Path,
        manners: Manners,
        room: Callable[[], Awaitable[int]],
        receive: Callable[[bytes], None],
        obey: Callable[[Order], None],
    ) -> None:
        self.link = link
        self.manners = manners
        self.received_bytes = 0
        self._room = room
        self._receive = receive
        self._obey = obey
        self._master = self._slave = -1
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def answer(self, data: bytes) -> None:
        """Send an answer; nobody may be reading, then it is lost as on a real line."""
        said = self.manners.say(data)
        if said and self._master >= 0:
            with suppress(OSError):
                os.write(self._master, said)

    async def listen(self) -> None:
        """Plug the cable in: the device node appears."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)  # our own end keeps it alive between two senders
        os.set_blocking(self._master, False)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._slave))
        self._task = asyncio.create_task(self._take_all())

    def vanish(self) -> None:
        """Pull it out: whoever has the node open gets an error, and the node is gone."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._master >= 0:
            self.link.unlink(missing_ok=True)
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def hang_up(self) -> None:
        """Pull it out, and put it back a moment later; without power it is out already."""
        if self._master < 0:
            return
        self.vanish()
        self._task = asyncio.create_task(self._replug())

    async def _replug(self) -> None:
        await asyncio.sleep(_REPLUG_S)
        await self.listen()

    async def _take_all(self) -> None:
        scanner = Scanner()
        while self._master >= 0:  # an order may have switched the printer off
            data = await self._read(await self._room())
            kept = self.manners.cut_short(data)
            self.received_bytes += len(data if kept is None else kept)
            for order in scanner.feed(data if kept is None else kept):
                self._obey(order)
            if not self.manners.swallow:
                self._receive(data if kept is None else kept)
            if kept is not None:
                self.hang_up()
                return

    async def _read(self, room: int) -> bytes:
        loop, master = asyncio.get_running_loop(), self._master
        while True:
            with suppress(BlockingIOError):
                return os.read(master, room)
            self._more.clear()
            loop.add_reader(master, self._more.set)
            # Whoever cancels this closes the line, and has taken the reader away before.
            await self._more.wait()
            loop.remove_reader(master)
