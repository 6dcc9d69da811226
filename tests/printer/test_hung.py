"""A printer that answers in real time and proves nothing is `failed` until it proves again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from printer.build import draw_job
from printer.escpos import EPSON, PLAIN, fence_id
from printer.link import Deadlines
from printer.spooler import PrintJob
from printer.states import State
from tests.support.clone import Clone

QUICK = Deadlines(connect_s=0.5, reply_s=0.5, stall_s=1, confirm_s=1)
# Paper in front of the knife that a flush takes, and no more of it than this while it lasts.
FEW_CUTS = 6
GS_R = b"\x1dr\x01"


@pytest.fixture
def clone() -> Iterator[Clone]:
    made = Clone()
    yield made
    made.close()


def right_echo(fence: bytes) -> bytes:
    return b"\x37\x22" + fence + b"\x00"


def wrong_echo(fence: bytes) -> bytes:
    del fence
    return b"\x37\x22ZZZZ\x00"


def hang(clone: Clone) -> None:
    clone.hangs = True


def answer_wrongly(clone: Clone) -> None:
    clone.echo = wrong_echo


def answer_late(clone: Clone) -> None:
    clone.late_s = 1.3


def mend(clone: Clone) -> None:
    clone.hangs, clone.late_s, clone.echo = False, 0.0, right_echo


FAULTS = pytest.mark.parametrize(
    "break_it", [hang, answer_wrongly, answer_late], ids=["hangs", "wrong echo", "late"]
)


@FAULTS
def test_it_is_failed_soon_while_it_lasts_and_well_again_by_itself(
    clone: Clone, open_office, wait, break_it: Callable[[Clone], None]
) -> None:
    clone.echo = right_echo
    office = open_office(clone.printer(deadlines=QUICK))
    office.submit("1")
    assert office.end_of("1") == ("printed", "echo")
    break_it(clone)
    office.submit("2")
    assert office.end_of("2")[0] == "unknown"
    wait(lambda: office.status() == ("failed", ["silent"]))
    seen = []

    def asked_often_enough() -> bool:
        seen.append(office.status())
        return office.spooler.status.printer.state != "failed" or len(clone.fences) >= tries + 2

    if break_it is not hang:
        tries = len(clone.fences)
        wait(asked_often_enough, timeout_s=20)
        assert set(map(str, seen)) == {"('failed', ['silent'])"}, "an idle look healed it"
        assert clone.cuts <= FEW_CUTS
    mend(clone)
    wait(lambda: office.status() == ("ok", []), timeout_s=10)
    office.submit("3")
    assert office.end_of("3") == ("printed", "echo")


@FAULTS
def test_a_slip_that_another_printer_can_print_is_given_back_young(
    clone: Clone, open_office, slip, wait, break_it: Callable[[Clone], None]
) -> None:
    clone.echo = right_echo
    office = open_office(clone.printer(deadlines=QUICK))
    office.submit("1")
    assert office.end_of("1") == ("printed", "echo")
    break_it(clone)
    office.submit("2")
    for number in ("3", "4", "5"):
        began_s = time.monotonic()
        job = PrintJob(number, slip(number), began_s + 15, waits=False)
        office.spooler.submit(job)
        assert office.end_of(number) == ("failed", "silent")
        # At most the proof of the slip before, two tries, and their quiet times.
        assert time.monotonic() - began_s < 12
    wait(lambda: office.status() == ("failed", ["silent"]))
    assert office.end_of("2")[0] == "unknown"


def test_one_slip_without_proof_is_no_failed_printer(clone: Clone, open_office, wait) -> None:
    clone.echo = right_echo
    office = open_office(clone.printer(deadlines=QUICK))
    office.submit("1")
    office.end_of("1")
    clone.hangs = True
    office.submit("2")
    assert office.end_of("2") == ("unknown", "silent")
    mend(clone)
    wait(lambda: office.status() == ("ok", []))
    office.submit("3")
    assert office.end_of("3") == ("printed", "echo")


@pytest.mark.parametrize("stale", [1, 2])
def test_late_answers_to_an_earlier_gs_r_end_no_flush(clone: Clone, slip, wait, stale: int) -> None:
    """They look like the answer to the flush's GS r, and there is nothing else to tell them by."""
    printer = clone.printer(abilities=PLAIN, deadlines=QUICK)
    assert printer.prepare().state == "ok"
    clone.hangs = True
    assert printer.send(draw_job(slip(), 576), fence_id("1")).state is State.UNKNOWN
    for _ in range(1, stale):
        assert printer.prepare().causes == ("silent",)
    left, before = [b"\x00"] * stale, len(clone.took)
    clone.hiss = lambda took: left.pop() if left and GS_R in took[before:] else b""
    wait(lambda: printer.prepare().causes == ("silent",) and not left, "a try", 8)
    mend(clone)
    wait(lambda: printer.prepare().state == "ok")
    printer.close()


def test_what_a_slow_line_still_carries_is_awaited(clone: Clone, slip, wait) -> None:
    """The lost slip's own answer comes while the flush is on its way, and then half a second of
    silence: the next slip must not begin before the flush has ended."""
    printer = clone.printer(abilities=PLAIN, deadlines=replace(QUICK, confirm_s=4))
    assert printer.prepare().state == "ok"
    clone.hangs = True
    assert printer.send(draw_job(slip(), 576), fence_id("1")).state is State.UNKNOWN
    cuts, before = clone.cuts, len(clone.took)
    clone.bytes_per_s = 3840

    def go_on(took: bytes) -> bytes:
        clone.hangs = len(took) < before + 5000
        return b""

    clone.hiss = go_on
    wait(lambda: printer.may_print(printer.prepare()))
    assert clone.cuts == cuts + 2
    printer.close()


def test_a_printer_without_echo_recovers_from_a_lost_slip(clone: Clone, slip) -> None:
    for abilities in (PLAIN, EPSON):
        printer = clone.printer(abilities=abilities, deadlines=QUICK)
        printer.expect_leftover()
        cuts = clone.cuts
        assert printer.prepare().state == "ok"
        outcome = printer.send(draw_job(slip(), 576), fence_id("1"))
        assert (outcome.state, outcome.reason) == (State.PRINTED, "fence")
        assert clone.cuts == cuts + 2
        printer.close()
