"""One printer that suffers one fault at every moment of a slip's walk, and what was seen of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from printer.escpos import fence_id
from tests.support.paper import Office, Simulator
from tests.support.wait import wait_for

DETECTED_S = 10.0
POLL_S = 2.0
MOMENTS = ("idle", "before", "waiting", "middle", "between")


@dataclass(frozen=True)
class Fault:
    """What is done to the printer and how a job in the middle must end."""

    make: dict[str, object]
    mend: dict[str, object]
    cause: str
    """What the spooler's status names while it lasts; empty: it is over at once."""
    lost: tuple[str, ...]
    """Reasons that a job may give which met it in the middle; empty: it is printed all the same."""
    state: str = "failed"
    during: dict[str, object] = field(default_factory=dict)
    """What is done instead while a slip is printed."""
    comes_out: bool = False
    """The printer goes on with what it holds: a slip that is `unknown` is whole moments later."""


@dataclass
class Seen:
    """What one moment of one fault looked like."""

    status: tuple[str, list[str]] = ("", [])
    detected_s: float = 99.0
    ended: tuple[str, str] = ("", "")
    recovered_s: float = 99.0
    copies: int = -1
    copies_next: int = -1
    ended_next: tuple[str, str] = ("", "")
    copies_late: int = -1


class Trial:
    """One printer at the end of one way that suffers one fault at all moments."""

    def __init__(self, folder: Path, way: str, fault: Fault, number: int) -> None:
        self.way = way
        self.fault = fault
        self.number = number
        # Slow paper, so that there is a middle; `between` needs a buffer that takes a whole slip.
        options = ("--speed", "1.5", *(() if way == "tcp" else ("--pty",)))
        self.small = Simulator(folder / "small", *options)
        self.large = Simulator(folder / "large", *options, "--buffer-bytes", "65536")
        self.folder = folder

    def live(self) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        try:
            for simulator, moments in ((self.small, MOMENTS[:-1]), (self.large, MOMENTS[-1:])):
                self._live(simulator.await_ready(), moments, found)
        finally:
            for simulator in (self.small, self.large):
                simulator.close()
        return found

    def _live(self, simulator: Simulator, moments: tuple[str, ...], found: dict[str, Seen]) -> None:
        name = f"{simulator.folder.name}.sqlite3"
        printer = simulator.printer() if self.way == "tcp" else simulator.device(kind=self.way)
        office = Office(printer, self.folder / name, POLL_S)
        try:
            wait_for(lambda: office.status()[0] == "ok", "at first", 30)
            for moment in moments:
                found[moment] = self._moment(moment, simulator, office)
        finally:
            office.close()

    def _moment(self, moment: str, simulator: Simulator, office: Office) -> Seen:
        seen = Seen()
        self.number += 10
        job, after = str(self.number), str(self.number + 1)
        if moment in ("middle", "between"):
            office.submit(job)
            self._await_moment(moment, simulator, office, job)
            simulator.fault(**(self.fault.during or self.fault.make))
        else:
            simulator.fault(**self.fault.make)
        self._detect(seen, office, moment)
        if moment == "before":
            office.submit(job, within_s=1.0 if self.fault.cause else 15.0)
        elif moment == "waiting":
            office.submit(job, within_s=30.0)
        if moment not in ("idle", "waiting"):
            seen.ended = office.end_of(job)
        copies_then = simulator.whole().count(fence_id(job))
        began_s = time.monotonic()
        simulator.fault(**self.fault.mend)
        self._await(lambda: is_fine(office, began_s), f"{self.way} ok after {moment}")
        seen.recovered_s = time.monotonic() - began_s
        if moment == "waiting":
            seen.ended, copies_then = office.end_of(job), 1
        office.submit(after)
        seen.ended_next = office.end_of(after)
        whole = simulator.whole()
        seen.copies, seen.copies_next = whole.count(fence_id(job)), whole.count(fence_id(after))
        seen.copies_late = seen.copies - copies_then
        return seen

    def _detect(self, seen: Seen, office: Office, moment: str) -> None:
        if not self.fault.cause:
            seen.detected_s = 0.0  # nothing lasts that a person could be told
            return
        began_s = time.monotonic()
        wants = (self.fault.state, [self.fault.cause])
        self._await(lambda: office.status() == wants, f"{self.way} {wants} {moment}")
        seen.status, seen.detected_s = office.status(), time.monotonic() - began_s

    def _await_moment(self, moment: str, simulator: Simulator, office: Office, job: str) -> None:
        def reached() -> bool:
            state = simulator.state()
            row = office.ledger.known(job)
            sent = row is not None and row.state == "sent"
            return bool(state["uncut"]["ink"]) and (sent or moment == "middle")

        wait_for(reached, f"{self.way} {self.fault.cause} {moment}", 20)

    @staticmethod
    def _await(condition: Callable[[], bool], what: str) -> None:
        """Wait up to three times the limit: the test then tells what was measured."""
        wait_for(condition, what, 3 * DETECTED_S)


def is_fine(office: Office, since_s: float) -> bool:
    """Tell whether the printer was asked after this moment and found to be fine."""
    status = office.spooler.status
    return status.printer.state == "ok" and status.checked_mono_s > since_s
