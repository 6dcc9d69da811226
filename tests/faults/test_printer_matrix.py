"""Every fault of a printer at every moment of a slip's walk, judged by the printer's own count.

Each fault has its own printer and spooler, with the deadlines and poll interval of the product;
its four moments are lived through one after the other, all faults at once. Nothing is accelerated
but the paper.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from printer.escpos import fence_id
from tests.support.paper import Office, Simulator
from tests.support.wait import wait_for

DETECTED_S = 10.0
POLL_S = 2.0
MOMENTS = ("idle", "before", "middle", "between")
UNKNOWN, PRINTED = "unknown", "printed"


@dataclass(frozen=True)
class Fault:
    """What is done to the printer and how a job in the middle must end."""

    make: dict[str, object]
    mend: dict[str, object]
    cause: str
    """What the spooler's status names while it lasts."""
    lost: tuple[str, ...]
    """Reasons that a job may give which met it in the middle; empty: it is printed all the same."""
    state: str = "failed"
    during: dict[str, object] = field(default_factory=dict)
    """What is done instead while a slip is printed."""


FAULTS = {
    "paper_out": Fault({"paper": "out"}, {"paper": "ok"}, "paper_out", ("paper_out",)),
    "near_end": Fault({"paper": "near_end"}, {"paper": "ok"}, "paper_near_end", (), "degraded"),
    "cover_open": Fault({"cover": "open"}, {"cover": "closed"}, "cover_open", ("cover_open",)),
    "cutter": Fault(
        {"cutter": "jammed"},
        {"cutter": "ok"},
        "cutter_error",
        ("cutter_error",),
        during={"cutter": "jam_next"},
    ),
    "unrecoverable": Fault(
        {"broken": True}, {"broken": False}, "unrecoverable", ("unrecoverable",)
    ),
    "overheated": Fault({"overheat": True}, {"overheat": False}, "overheated", ("overheated",)),
    "offline": Fault({"offline": True}, {"offline": False}, "offline", ("offline",)),
    "unplugged": Fault({"power": "off"}, {"power": "on"}, "unplugged", ("connection_lost",)),
    "silent": Fault({"silent": True}, {"silent": False}, "silent", ("silent",)),
    "garbage": Fault({"garbage": True}, {"garbage": False}, "garbage", ("garbage", "no_echo")),
}


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
    """One printer that suffers one fault at all four moments."""

    def __init__(self, folder: Path, fault: Fault, number: int) -> None:
        self.fault = fault
        self.number = number
        # Slow paper, so that there is a middle; `between` needs a buffer that takes a whole slip.
        self.small = Simulator(folder / "small", "--speed", "1.5")
        self.large = Simulator(folder / "large", "--speed", "1.5", "--buffer-bytes", "65536")
        self.folder = folder

    def live(self) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        try:
            for simulator, moments in ((self.small, MOMENTS[:3]), (self.large, MOMENTS[3:])):
                self._live(simulator.await_ready(), moments, found)
        finally:
            for simulator in (self.small, self.large):
                simulator.close()
        return found

    def _live(self, simulator: Simulator, moments: tuple[str, ...], found: dict[str, Seen]) -> None:
        name = f"{simulator.folder.name}.sqlite3"
        office = Office(simulator.printer(), self.folder / name, POLL_S)
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
        wants = (self.fault.state, [self.fault.cause])
        if moment in ("middle", "between"):
            office.submit(job)
            self._await_moment(moment, simulator, office, job)
            simulator.fault(**(self.fault.during or self.fault.make))
        else:
            simulator.fault(**self.fault.make)
        began_s = time.monotonic()
        self._await(lambda: office.status() == wants, f"{wants} {moment}")
        seen.status, seen.detected_s = office.status(), time.monotonic() - began_s
        if moment == "before":
            office.submit(job, within_s=1.0)
        if moment != "idle":
            seen.ended = office.end_of(job)
        copies_then = simulator.whole().count(fence_id(job))
        simulator.fault(**self.fault.mend)
        began_s = time.monotonic()
        self._await(lambda: office.status()[0] == "ok", f"ok after {moment}")
        seen.recovered_s = time.monotonic() - began_s
        office.submit(after)
        seen.ended_next = office.end_of(after)
        whole = simulator.whole()
        seen.copies, seen.copies_next = whole.count(fence_id(job)), whole.count(fence_id(after))
        seen.copies_late = seen.copies - copies_then
        return seen

    def _await_moment(self, moment: str, simulator: Simulator, office: Office, job: str) -> None:
        def reached() -> bool:
            state = simulator.state()
            row = office.ledger.known(job)
            sent = row is not None and row.state == "sent"
            return bool(state["uncut"]["ink"]) and (sent or moment == "middle")

        wait_for(reached, f"{self.fault.cause} {moment}", 20)

    @staticmethod
    def _await(condition: Callable[[], bool], what: str) -> None:
        """Wait up to three times the limit: the test then tells what was measured."""
        wait_for(condition, what, 3 * DETECTED_S)


@pytest.fixture(scope="module")
def trials(tmp_path_factory) -> dict[str, Future[dict[str, Seen]]]:
    with ThreadPoolExecutor(len(FAULTS)) as pool:
        yield {
            name: pool.submit(Trial(tmp_path_factory.mktemp(name), fault, 1000 * at).live)
            for at, (name, fault) in enumerate(FAULTS.items(), 1)
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", FAULTS)
def test_fault(trials: dict[str, Future[dict[str, Seen]]], name: str, moment: str) -> None:
    fault, seen = FAULTS[name], trials[name].result(280)[moment]
    assert seen.status == (fault.state, [fault.cause])
    assert seen.detected_s < DETECTED_S
    assert seen.recovered_s < DETECTED_S
    assert (seen.ended_next, seen.copies_next) == ((PRINTED, "echo"), 1)
    assert seen.copies_late == 0, "it came out after its end was told"
    if moment == "idle":
        assert seen.copies == 0
    elif not fault.lost:
        assert (seen.ended, seen.copies) == ((PRINTED, "echo"), 1)
    elif moment == "before":
        assert (seen.ended, seen.copies) == (("failed", fault.cause), 0)
    else:
        assert seen.ended[0] == UNKNOWN
        assert seen.ended[1] in fault.lost
        assert seen.copies <= 1
