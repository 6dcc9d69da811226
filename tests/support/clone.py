"""A printer at the end of a serial line that misbehaves as no fault of the simulator does."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty
from collections.abc import Callable
from typing import Any

from printer.build import open_printer
from printer.driver import Printer
from printer.simulator.parser import Command, Parser
from printer.simulator.realtime import Ask, Scanner

WELL, NUL = b"\x12", b"\x00"


class Clone:
    """Answers DLE EOT at once; obeys the rest in order, as far as it has not been told not to."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self._parser, self._scanner = Parser(), Scanner()
        self.took = bytearray()
        self.fences: list[bytes] = []
        self.cuts = 0
        self.dead = False
        self.hiss: Callable[[bytes], bytes] = lambda took: b""
        """What it says that nobody asked for."""
        self.hangs = False
        """Its own program has stopped; only the answers in real time still come."""
        self.bytes_per_s = 0
        """How fast its line is; 0: as fast as it reads."""
        self.late_s = 0.0
        """So much later come the answers that are given in order."""
        self.dies_when: Callable[[bytes], bool] = lambda took: False
        """When the power goes; the line's break is read as one NUL."""
        self.echo: Callable[[bytes], bytes] = lambda fence: b""
        """What it says to GS ( H."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def printer(self, **settings: Any) -> Printer:
        return open_printer("serial", device=os.ttyname(self._slave), **settings)

    def say(self, data: bytes) -> None:
        os.write(self._master, data)

    def close(self) -> None:
        self._ended.set()
        self._thread.join(5)
        assert not self._thread.is_alive()
        os.close(self._master)
        os.close(self._slave)

    def _run(self) -> None:
        while not self._ended.is_set():
            if select.select([self._master], [], [], 0.02)[0]:
                self._take(os.read(self._master, 128 if self.bytes_per_s else 4096))
                if self.bytes_per_s:
                    self._ended.wait(128 / self.bytes_per_s)
            if not self.dead:
                self._obey_all()

    def _take(self, data: bytes) -> None:
        if self.dead:
            return
        self.took += data
        self._parser.buffer += data
        for order in self._scanner.feed(data):
            if isinstance(order, Ask):
                self.say(WELL)
        if hiss := self.hiss(bytes(self.took)):
            self.say(hiss)
        if self.dies_when(bytes(self.took)):
            self.dead = True
            self.say(NUL)

    def _obey_all(self) -> None:
        while not self.hangs and (command := self._parser.next()) is not None:
            self._obey(command)

    def _obey(self, command: Command) -> None:
        if command.name == "cut":
            self.cuts += 1
        elif command.name == "ask":
            self._answer(NUL)
        elif command.name == "fence":
            self.fences.append(command.data[2:])
            self._answer(self.echo(command.data[2:]))

    def _answer(self, data: bytes) -> None:
        if self.late_s:
            later = threading.Timer(self.late_s, self._say_late, (data,))
            later.daemon = True
            later.start()
        else:
            self.say(data)

    def _say_late(self, data: bytes) -> None:
        if not self._ended.is_set():
            self.say(data)
