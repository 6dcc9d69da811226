"""A printer that stands with a whole slip inside, and nobody who can tell it to forget it at once.

The line drops, or the program is killed, while the head is too hot; then the paper ends, or the
head stays hot. Whoever speaks with the printer next must rid it of the slip while it still stands:
once it is mended, the slip would come out whole, long after somebody printed it again elsewhere.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from printer.build import draw_job
from printer.escpos import fence_id
from tests.support.paper import Office, Simulator, begin_ledger, make_slip
from tests.support.soak_kills import AGENT
from tests.support.wait import wait_for

POLL_S = 0.5
STANDS = {
    "overheated": {},
    "paper_out": {"paper": "out", "overheat": False},
}
MENDED = {"paper": "ok", "overheat": False}


@dataclass
class Seen:
    """What came of the slip that was inside, and of the next one."""

    ended: tuple[str, str] = ("", "")
    held_then: int = 0
    out_when_mended: int = -1
    ended_next: tuple[str, str] = ("", "")
    whole: tuple[bytes, ...] = ()


def live(folder: Path, loss: str, cause: str) -> Seen:
    # Slow paper: the head must be hot before the slip is out.
    simulator = Simulator(folder, "--speed", "0.3", "--buffer-bytes", "65536").await_ready()
    try:
        return {"drop": _drop, "kill": _kill}[loss](simulator, cause)
    finally:
        simulator.close()


def _drop(simulator: Simulator, cause: str) -> Seen:
    path = simulator.folder / "ledger.sqlite3"
    begin_ledger(path)
    office = Office(simulator.printer(), path, POLL_S)
    try:
        office.submit("1")
        _stop_with_the_slip_inside(simulator)
        seen = Seen(held_then=simulator.state()["buffered_bytes"])
        simulator.fault(line="drop", **STANDS[cause])
        return _judge(seen, simulator, office, cause)
    finally:
        office.close()


def _kill(simulator: Simulator, cause: str) -> Seen:
    path = simulator.folder / "ledger.sqlite3"
    begin_ledger(path)
    program = subprocess.Popen([sys.executable, "-c", AGENT, str(path), str(simulator.port), "1"])
    try:
        _stop_with_the_slip_inside(simulator)
    finally:
        program.kill()
        program.wait(10)
    seen = Seen(held_then=simulator.state()["buffered_bytes"])
    simulator.fault(**STANDS[cause])
    office = Office(simulator.printer(), path, POLL_S)
    try:
        return _judge(seen, simulator, office, cause)
    finally:
        office.close()


def _stop_with_the_slip_inside(simulator: Simulator) -> None:
    size = len(draw_job(make_slip("1"), 576))
    wait_for(lambda: simulator.state()["received_bytes"] > 2000, "the slip arrives")
    simulator.fault(overheat=True)
    wait_for(lambda: simulator.state()["received_bytes"] > size, "all of the slip is inside")


def _judge(seen: Seen, simulator: Simulator, office: Office, cause: str) -> Seen:
    seen.ended = office.end_of("1")
    wait_for(lambda: office.status() == ("failed", [cause]), cause)
    wait_for(lambda: simulator.state()["buffered_bytes"] < 64, "it was told to forget the slip")
    simulator.fault(**MENDED)
    wait_for(lambda: office.status() == ("ok", []), "mended")
    wait_for(lambda: simulator.state()["buffered_bytes"] == 0, "it prints what it has")
    state = simulator.state()
    seen.out_when_mended = state["printed"] + state["half"]
    office.submit("2")
    seen.ended_next = office.end_of("2")
    seen.whole = tuple(simulator.whole())
    return seen


CASES = [(loss, cause) for loss in ("drop", "kill") for cause in STANDS]


@pytest.fixture(scope="module")
def trials(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str, str], Future[Seen]]]:
    with ThreadPoolExecutor(len(CASES)) as pool:
        running = {
            (loss, cause): pool.submit(live, tmp_path_factory.mktemp("slips"), loss, cause)
            for loss, cause in CASES
        }
        yield lambda loss, cause: running[loss, cause]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("loss", "cause"), CASES)
def test_a_slip_inside_a_printer_that_stands_never_comes_out_late(
    trials: Callable[[str, str], Future[Seen]], loss: str, cause: str
) -> None:
    seen = trials(loss, cause).result(110)
    assert seen.held_then > 5000, "most of the slip was still inside"
    assert seen.ended == ("unknown", "restart" if loss == "kill" else "connection_lost")
    assert seen.out_when_mended == 0
    assert seen.ended_next == ("printed", "echo")
    assert seen.whole == (fence_id("2"),)
