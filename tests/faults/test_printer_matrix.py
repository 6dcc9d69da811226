"""Every fault of a printer at every moment of a slip's walk, judged by the printer's own count.

Each fault has its own printer and spooler, with the deadlines and poll interval of the product;
its moments are lived through one after the other, all faults at once. Nothing is accelerated
but the paper.

idle      nothing is to be printed
before    a slip is asked for while the fault lasts, and its time runs out
waiting   the same, but the fault is mended in time
middle    the slip is being printed
between   all of it was sent, and its proof has not come
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from display import texts
from printer.escpos import fence_id
from tests.support.paper import Office, Simulator
from tests.support.wait import wait_for

DETECTED_S = 10.0
POLL_S = 2.0
MOMENTS = ("idle", "before", "waiting", "middle", "between")
UNKNOWN, PRINTED = "unknown", ("printed", "echo")


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


OVER = {"power": "on"}
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
    "swallow": Fault({"swallow": True}, {"swallow": False}, "silent", ("silent",)),
    "garbage": Fault({"garbage": True}, {"garbage": False}, "garbage", ("garbage", "no_echo")),
    "babbles": Fault({"babbles": True}, {"babbles": False}, "garbage", ("garbage", "no_echo")),
    "power_cycle": Fault({"power": "cycle"}, OVER, "", ("connection_lost",)),
    "dropped": Fault({"line": "drop"}, OVER, "", ("connection_lost",), comes_out=True),
    # The next byte that the printer takes is the last of this connection.
    "dropped_at_byte": Fault({"drop_at_byte": 1}, OVER, "", ("connection_lost",), comes_out=True),
}
# What a person reads, in both languages: the thing that is wrong, and the thing to touch.
WORDS = {
    "paper_out": (("hết giấy", "cuộn giấy"), ("out of paper", "roll")),
    "paper_near_end": (("sắp hết giấy", "cuộn giấy"), ("running low", "roll")),
    "cover_open": (("Nắp", "Đóng nắp"), ("cover", "cover")),
    "cutter_error": (("Dao cắt", "dao cắt"), ("cutter", "cutter")),
    "unrecoverable": (("lỗi nghiêm trọng", "kỹ thuật viên"), ("serious fault", "technician")),
    "overheated": (("quá nóng", "nghỉ"), ("too hot", "rest")),
    "offline": (("tạm dừng", "FEED"), ("offline", "FEED")),
    "unplugged": (("rút dây", "Cắm lại"), ("unplugged", "Plug")),
    "silent": (("im lặng", "tắt máy in"), ("silent", "off and on")),
    "garbage": (("trả lời sai", "dây nối"), ("no sense", "cable")),
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
    """One printer that suffers one fault at all moments."""

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
            for simulator, moments in ((self.small, MOMENTS[:-1]), (self.large, MOMENTS[-1:])):
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
        self._await(lambda: is_fine(office, began_s), f"ok after {moment}")
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
        self._await(lambda: office.status() == wants, f"{wants} {moment}")
        seen.status, seen.detected_s = office.status(), time.monotonic() - began_s

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


def is_fine(office: Office, since_s: float) -> bool:
    """Tell whether the printer was asked after this moment and found to be fine."""
    status = office.spooler.status
    return status.printer.state == "ok" and status.checked_mono_s > since_s


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
    assert seen.status == ((fault.state, [fault.cause]) if fault.cause else ("", []))
    assert seen.detected_s < DETECTED_S
    assert seen.recovered_s < DETECTED_S
    assert (seen.ended_next, seen.copies_next) == (PRINTED, 1)
    late = 1 if fault.comes_out and moment in ("middle", "between") else 0
    assert 0 <= seen.copies_late <= late, "it came out after its end was told"
    if moment == "idle":
        assert seen.copies == 0
    elif not fault.lost or moment == "waiting" or (moment == "before" and not fault.cause):
        assert (seen.ended, seen.copies) == (PRINTED, 1)
    elif moment == "before":
        assert (seen.ended, seen.copies) == (("failed", fault.cause), 0)
    elif name == "dropped_at_byte" and moment == "between" and seen.ended == PRINTED:
        # All bytes had been taken: nothing was left to drop at before the proof came.
        assert seen.copies == 1
    else:
        assert seen.ended[0] == UNKNOWN
        assert seen.ended[1] in fault.lost
        assert seen.copies <= 1


def test_every_state_of_the_matrix_has_its_words():
    assert {fault.cause for fault in FAULTS.values()} - {""} == set(WORDS)


@pytest.mark.parametrize("cause", WORDS)
def test_a_person_reads_what_is_wrong_and_what_to_do_in_both_languages(cause):
    for lang, (wrong, remedy) in zip(texts.languages, WORDS[cause], strict=True):
        assert wrong in texts.say(f"cause.{cause}", lang)
        assert remedy in texts.say(f"remedy.{cause}", lang)
