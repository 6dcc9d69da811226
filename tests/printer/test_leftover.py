"""What a stopped printer may still hold is erased, once, by whoever speaks with it next."""

from __future__ import annotations

import pytest

from printer.build import draw_job
from printer.escpos import CLEAR_BUFFER, END_OF_ANY_HEAD, KNIFE_MM, PLAIN, fence_id

QUESTIONS_BYTES = 4 * 3
HEAD_BYTES = len(END_OF_ANY_HEAD)
ERASE_BYTES = HEAD_BYTES + len(CLEAR_BUFFER)


def heard_by(simulator, printer) -> int:
    before = simulator.state()["received_bytes"]
    printer.check()
    return simulator.state()["received_bytes"] - before


def test_the_order_to_erase_is_given_once_to_each_connection(simulator) -> None:
    simulator.fault(cover="open")
    printer = simulator.printer()
    printer.expect_leftover()
    for _ in range(2):
        assert heard_by(simulator, printer) == HEAD_BYTES + QUESTIONS_BYTES + ERASE_BYTES
        assert heard_by(simulator, printer) == QUESTIONS_BYTES
        printer.close()


@pytest.mark.parametrize("fault", [{}, {"paper": "near_end"}])
def test_a_printer_that_goes_on_is_not_told_to_erase(simulator, fault) -> None:
    simulator.fault(**fault)
    printer = simulator.printer()
    printer.expect_leftover()
    assert heard_by(simulator, printer) == HEAD_BYTES + QUESTIONS_BYTES
    printer.close()


def test_a_stopped_printer_that_holds_nothing_of_ours_is_not_told_to_erase(simulator) -> None:
    simulator.fault(cover="open")
    printer = simulator.printer()
    assert heard_by(simulator, printer) == QUESTIONS_BYTES
    printer.close()


def test_a_clone_is_given_no_order_that_it_would_print(simulator) -> None:
    simulator.fault(cover="open")
    printer = simulator.printer(abilities=PLAIN)
    printer.expect_leftover()
    assert heard_by(simulator, printer) == HEAD_BYTES + QUESTIONS_BYTES
    printer.close()


def test_the_order_is_heard_inside_the_head_of_a_command_and_inside_a_picture(simulator) -> None:
    """The dead sender stopped there: its order must not be taken for sizes or for dots."""
    simulator.fault(cover="open")
    for half in (b"\x1dv0", b"\x1dv0\x00\x48\x00", b"\x1dv0\x00\x48\x00\x80\x00" + bytes(3000)):
        dead = simulator.printer()
        dead.check()
        dead._link.say(half)
        dead.close()
        printer = simulator.printer()
        printer.expect_leftover()
        printer.check()
        assert simulator.state()["buffered_bytes"] <= ERASE_BYTES
        printer.close()


def test_half_a_slip_that_a_new_ledger_knows_nothing_of_spoils_no_slip(
    simulator, slip, open_office
) -> None:
    """The old ledger was deleted, the printer renamed, or the memory card replaced."""
    dead = simulator.printer()
    dead.check()
    dead._link.say(draw_job(slip("1001"), 576)[:5000])
    dead.close()
    office = open_office(simulator.printer(), "new")
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    state = simulator.state()
    assert simulator.whole() == [fence_id("1002")]
    assert (state["half"], state["unknown_commands"]) == (1, 0)


def test_the_first_slip_of_all_costs_one_short_blank_piece_and_the_next_nothing(
    simulator, open_office, wait
) -> None:
    full_mm = simulator.state()["paper_mm"]
    office = open_office(simulator.printer())
    wait(lambda: office.status()[0] == "ok", "the printer's state")
    assert simulator.state()["paper_mm"] == full_mm, "nothing moves before somebody wants a slip"
    for number in ("1001", "1002"):
        office.submit(number)
        assert office.end_of(number) == ("printed", "echo")
    state = simulator.state()
    assert (state["printed"], state["half"], state["blank"]) == (2, 0, 1)
    paper = office.ledger.paper
    assert paper.printed_mm == pytest.approx(2 * paper.mean_mm + KNIFE_MM, rel=0.03)
