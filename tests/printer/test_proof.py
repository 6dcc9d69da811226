"""What counts as the proof of a slip: never what a printer said before, nor a line's last NUL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from printer.build import draw_job
from printer.escpos import EPSON, PLAIN, Abilities, fence, fence_id
from printer.link import Deadlines
from printer.states import State
from tests.support.clone import NUL, Clone

QUICK = Deadlines(connect_s=0.5, reply_s=0.5, stall_s=1, confirm_s=1.5)
WITHOUT_ECHO = pytest.mark.parametrize("abilities", [PLAIN, EPSON], ids=["plain", "epson"])
GS_R = b"\x1dr\x01"


@pytest.fixture
def clone() -> Iterator[Clone]:
    made = Clone()
    yield made
    made.close()


@WITHOUT_ECHO
def test_a_printer_without_echo_is_believed_by_its_fence(clone, slip, abilities) -> None:
    printer = clone.printer(abilities=abilities, deadlines=QUICK)
    assert printer.prepare().state == "ok"
    for number in ("1", "2"):
        outcome = printer.send(draw_job(slip(), 576), fence_id(number))
        assert (outcome.state, outcome.reason) == (State.PRINTED, "fence")
    assert clone.cuts == 2
    printer.close()


@WITHOUT_ECHO
@pytest.mark.parametrize("early_bytes", [12_000, 0], ids=["in the middle", "at the last byte"])
def test_the_nul_of_a_line_that_loses_its_power_proves_nothing(
    clone, slip, abilities: Abilities, early_bytes: int
) -> None:
    printer = clone.printer(abilities=abilities, deadlines=QUICK)
    assert printer.prepare().state == "ok"
    data = draw_job(slip(), 576, abilities)
    all_bytes = len(clone.took) + len(data) + len(fence(fence_id("1"), abilities))
    clone.hangs = True  # all of it is in the buffer
    clone.dies_when = lambda took: len(took) >= all_bytes - early_bytes
    outcome = printer.send(data, fence_id("1"))
    assert clone.dead
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "silent")
    assert printer.check().state == "failed"
    printer.close()


@WITHOUT_ECHO
def test_an_answer_before_the_fence_was_sent_proves_nothing(clone, slip, abilities) -> None:
    """It lives on, so that only the order tells: the NUL came before anything had been asked."""
    printer = clone.printer(abilities=abilities, deadlines=QUICK)
    assert printer.prepare().state == "ok"
    clone.hangs = True
    clone.hiss = lambda took: NUL if 6000 < len(took) < 12_000 else b""
    outcome = printer.send(draw_job(slip(), 576), fence_id("1"))
    assert len(clone.took) > 12_000
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "silent")
    printer.close()


@pytest.mark.parametrize("noise", [b"\x20", b"\x41", b"\x6f"])
def test_a_byte_that_is_no_answer_to_gs_r_proves_nothing(clone, slip, noise: bytes) -> None:
    printer = clone.printer(abilities=PLAIN, deadlines=QUICK)
    assert printer.prepare().state == "ok"
    clone.hangs = True
    clone.hiss = lambda took: noise if took.endswith(GS_R) else b""
    outcome = printer.send(draw_job(slip(), 576), fence_id("1"))
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "garbage")
    printer.close()
