"""The test page and the ledger of the printer whose agent was stopped for it."""

from __future__ import annotations

import json

import pytest

from printer.build import draw_job
from printer.escpos import PLAIN, fence_id
from printer.ledger import Ledger, State
from printer.link import Deadlines
from printer.paper import PaperUse
from printer.testing import run_test
from tests.support.paper import note_printed

QUICK = Deadlines(connect_s=1, reply_s=0.5, stall_s=1, confirm_s=3)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "page.sqlite3") as opened:
        yield opened


def print_page(simulator, tmp_path, ledger) -> dict[str, str]:
    run_test(simulator.printer(QUICK), "default", tmp_path / "evidence", ask=False, ledger=ledger)
    [path] = (tmp_path / "evidence").glob("*.json")
    return json.loads(path.read_text(encoding="utf-8"))["outcome"]


def test_half_a_slip_of_the_stopped_agent_is_cut_off_before_the_page(
    simulator, slip, tmp_path, ledger
):
    ledger.enqueue("1001", {}, "")
    ledger.move("1001", State.SENDING)
    agent = simulator.printer()
    agent.check()
    agent._link.say(draw_job(slip("1001"), 576)[:9000])
    agent.close()
    assert print_page(simulator, tmp_path, ledger) == {"state": "printed", "reason": "echo"}
    state = simulator.state()
    assert (state["printed"], state["half"]) == (1, 1)
    assert not ledger.leftover_possible()


def test_a_page_lost_half_way_is_cut_off_before_the_next_slip(
    simulator, tmp_path, ledger, open_office
):
    note_printed(ledger)
    simulator.fault(drop_at_byte=9000)
    assert print_page(simulator, tmp_path, ledger)["state"] == "unknown"
    ledger.close()
    office = open_office(simulator.printer(QUICK), "page")
    office.submit("1001")
    assert office.end_of("1001") == ("printed", "echo")
    assert simulator.whole() == [fence_id("1001")]
    assert simulator.state()["half"] == 1


def test_a_page_takes_paper_and_is_reported_to_nobody(simulator, tmp_path, ledger):
    full_mm = simulator.state()["paper_mm"]
    print_page(simulator, tmp_path, ledger)
    used_mm = full_mm - simulator.state()["paper_mm"]
    assert ledger.paper.printed_mm == pytest.approx(used_mm, rel=0.03)
    assert ledger.paper.mean_mm == PaperUse().mean_mm, "a page tells nothing of a slip's length"
    assert ledger.unreported() == []


def test_a_page_whose_program_dies_is_unknown_and_still_reported_to_nobody(
    simulator, tmp_path, ledger
):
    printer = simulator.printer(QUICK)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    printer.send = die
    with pytest.raises(KeyboardInterrupt):
        run_test(printer, "default", tmp_path / "evidence", ask=False, ledger=ledger)
    [row] = ledger.recover()
    assert (row.state, row.reason) == ("unknown", "restart")
    assert ledger.leftover_possible()
    assert ledger.unreported() == []


def test_a_clone_is_not_asked_who_it_is_because_it_would_print_the_question(simulator):
    plain, epson = simulator.printer(QUICK, abilities=PLAIN), simulator.printer(QUICK)
    plain.prepare()
    before = simulator.state()["received_bytes"]
    assert plain.identify() == {}
    assert simulator.state()["received_bytes"] == before
    plain.close()
    assert epson.identify()["maker"] == "MOISO-SIM"
    epson.close()


def test_without_a_ledger_the_page_is_printed_all_the_same(simulator, tmp_path):
    assert print_page(simulator, tmp_path, None) == {"state": "printed", "reason": "echo"}
