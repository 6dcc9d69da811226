"""A press desk on a real journal whose disk obeys, and on mock pins."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from agent_kit import FakeClock

from appliance.devices.gpio.backend import Wiring
from appliance.devices.gpio.lights import Lights
from appliance.devices.gpio.mock_pins import MockPins
from appliance.devices.journal import Journal, Press
from appliance.devices.presses import Button, PressDesk
from tests.support.wait import wait_for

A = Button("main-gpio17", 17, 27, "issue", "hall", "a")
B = Button("main-gpio18", 18, 22, "issue", "hall", "b")
BLIND = Button("main-gpio19", 19, 23, "issue", "blind", "a", needs_printer=("p1",))


class HeldJournal(Journal):
    """A disk that writes only when let, or not at all."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_write = threading.Event()
        self.may_write.set()
        self.asked_to_write = threading.Event()
        self.full = False

    def append(self, press: Press) -> None:
        self.asked_to_write.set()
        assert self.may_write.wait(10)
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        super().append(press)


class PressBench:
    """A press desk on a real journal and mock pins, with its writer thread running."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.bad_printers: set[str] = set()
        self.journal_news: list[bool] = []
        self.stored = 0
        self.pins = MockPins(Wiring([], [27, 22, 23]))
        self.lights = Lights(self.pins, [27, 22, 23])
        self._open()

    def _open(self) -> None:
        self.journal = HeldJournal(self.path)
        self.desk = PressDesk(
            self.journal,
            self.lights,
            self.clock,
            "boot",
            buttons=[A, B, BLIND],
            printer_bad=self.bad_printers.__contains__,
            on_stored=self._count,
            on_journal=self.journal_news.append,
        )
        self.writer = threading.Thread(target=self.desk.run)
        self.writer.start()

    def _count(self) -> None:
        self.stored += 1

    def push(self, button: Button = A) -> None:
        self.desk.pushed(button, self.clock.mono_ms)

    def pass_ms(self, ms: int) -> None:
        self.clock.mono_ms += ms
        self.desk.tick(self.clock.mono_ms)

    def presses(self, n: int) -> list[Press]:
        wait_for(lambda: self.journal_news, "the writer")
        wait_for(lambda: self.stored == n, f"{n} stored presses, not {self.stored}")
        return self.journal.unanswered(100)

    def restart(self) -> None:
        self.close_desk()
        self._open()

    def close_desk(self) -> None:
        self.journal.may_write.set()
        self.desk.stop()
        self.writer.join()
        self.journal.close()

    def close(self) -> None:
        self.close_desk()
        self.pins.close()
