"""Takes commands from the receive buffer and prints them, at the speed of the paper."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from printer.simulator.code import QrMaker
from printer.simulator.machine import DOT_MM, Machine
from printer.simulator.parser import Command, Parser
from printer.simulator.strip import Strip

_LINE_DOTS = 30
_KNIFE_MM = 14.0
# Where nobody cuts, a feed as long as this one brings the slip to a hand that tears it off.
_TEAR_DOTS = 120
_NAP_S = 0.004
# How fast a slow printer is, as a share of its own speed.
_SLOWNESS = 0.1


class Engine:
    """The printer's own program: buffer in, paper and answers out."""

    def __init__(
        self,
        machine: Machine,
        strip: Strip,
        answer: Callable[[bytes], None],
        mm_per_s: float,
        buffer_bytes: int,
        cutter: bool = True,
    ) -> None:
        self.machine = machine
        self.strip = strip
        self.parser = Parser()
        self.power_off_allowed = True
        # A head that waits for its power supply, or for data over a bad line.
        self.slow = False
        # How often it was told to forget what it held.
        self.clears = 0
        self.task: asyncio.Task[None] | None = None
        self._answer = answer
        self._mm_per_s = mm_per_s
        self._buffer_bytes = buffer_bytes
        self._cutter = cutter
        self._hungry = True
        self._owed_s = 0.0
        self._align = 0
        self._qr = QrMaker()
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._ready = asyncio.Event()
        self.update()

    def update(self) -> None:
        """Look again at the machine: go on printing, or pause."""
        (self._ready.set if self.machine.ready else self._ready.clear)()

    async def room(self) -> int:
        """Wait until the buffer has room and give how many bytes it takes."""
        while (free := self._buffer_bytes - len(self.parser.buffer)) <= 0:
            self._room.clear()
            await self._room.wait()
        return free

    def receive(self, data: bytes) -> None:
        """Put bytes into the buffer."""
        self.parser.buffer += data
        self._hungry = False
        self._more.set()

    async def idle(self) -> None:
        """Wait until nothing more can be printed: no whole command left, or a fault."""
        while self.machine.ready and not self._hungry:
            await asyncio.sleep(_NAP_S)

    def clear(self) -> None:
        """Forget all waiting data (DLE ENQ 2, DLE DC4 8)."""
        self.clears += 1
        if self.parser.in_picture:
            self.strip.spoil_if_begun("cleared")
        self.parser.reset()
        self._room.set()
        self.start()

    def power_off(self) -> None:
        """Lose the buffer and every setting."""
        self.strip.spoil_if_begun("power")
        self.parser.reset()
        self._align, self.power_off_allowed = 0, True
        self._room.set()
        self.strip.forget_fence()
        self.start()

    def start(self) -> None:
        """Begin to print; the command under way, if any, is forgotten."""
        if self.task is not None:
            self.task.cancel()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await self._ready.wait()
            command = self.parser.next()
            if command is None:
                self._hungry = True
                self._more.clear()
                await self._more.wait()
                continue
            self._room.set()
            await self._obey(command)

    async def _obey(self, command: Command) -> None:
        match command.name:
            case "row":
                await self._print(self._aligned(command.data))
            case "feed":
                await self._feed(command.n)
                if not self._cutter and command.n >= _TEAR_DOTS and self.strip.ink:
                    self.strip.cut()
            case "line":
                await self._feed(_LINE_DOTS)
            case "lines":
                await self._feed(_LINE_DOTS * command.n)
            case "cut":
                await self._cut(command.n)
            case "code":
                for row in self._qr.take(command.data):
                    await self._print(self._aligned(row))
            case _:
                self._talk(command)

    def _talk(self, command: Command) -> None:
        match command.name:
            case "init":
                self._initialise()
            case "align":
                self._align = command.n % 48
            case "text":
                self.strip.write(command.data.decode("latin-1"))
            case "ask":
                self._answer(self.machine.in_order() if command.n in (1, 49) else b"\x00")
            case "auto":
                self.machine.auto_mask = command.n
                if command.n:
                    self._answer(self.machine.auto_status())
            case "identify":
                self._answer(b"\x5fMOISO-SIM\x00" if command.n >= 65 else b"\x02")
            case "fence" if len(command.data) == 6 and command.data[:2] == b"00":
                self.strip.fence(command.data[2:])
                self._answer(b"\x37\x22" + command.data[2:] + b"\x00")
            case "switch" if command.data[:1] == b"\x14":
                pairs = dict(zip(command.data[1::2], command.data[2::2], strict=False))
                self.power_off_allowed = pairs.get(2, 1) in (1, 49)

    def _initialise(self) -> None:
        # A sender that starts anew in the middle of a slip has given that slip up.
        self.strip.spoil_if_begun("restarted")
        self.strip.forget_fence()
        self.machine.auto_mask = 0
        self._align = 0

    def _aligned(self, row: bytes) -> bytes:
        spare = self.strip.width // 8 - len(row)
        return bytes(max(0, spare) * self._align // 2) + row if self._align in (1, 2) else row

    async def _print(self, row: bytes) -> None:
        # Paper may end, or a hand open the cover, between any two rows.
        await self._ready.wait()
        self.strip.add(row)
        await self._move(1)

    async def _feed(self, dots: int) -> None:
        for _ in range(dots):
            await self._print(b"")

    async def _cut(self, feed_dots: int) -> None:
        await self._feed(feed_dots)
        if not self._cutter:
            return
        # From the head to the knife: white paper that begins the next slip.
        for _ in range(round(_KNIFE_MM / DOT_MM)):
            await self._ready.wait()
            await self._move(1)
        while not self.machine.cut():
            await self._ready.wait()
        self.strip.cut()

    async def _move(self, dots: int) -> None:
        self.machine.use_paper(dots)
        mm_per_s = self._mm_per_s * (_SLOWNESS if self.slow else 1.0)
        self._owed_s += dots * DOT_MM / mm_per_s
        if self._owed_s > _NAP_S:
            owed_s, self._owed_s = self._owed_s, 0.0
            await asyncio.sleep(owed_s)
