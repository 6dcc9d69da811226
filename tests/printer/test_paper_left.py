"""How much paper is left: counted with the slips, across restarts, without a flush of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from printer.build import draw_slip
from printer.escpos import KNIFE_MM
from printer.ledger import Ledger, State
from printer.paper import PaperUse, paper_left
from printer.status import Cause, PrinterStatus, with_paper_ending
from tests.support.paper import begin_ledger


def print_one(ledger, job_id, mm, end=State.PRINTED):
    ledger.enqueue(job_id, {}, "")
    ledger.move(job_id, State.SENDING)
    ledger.move(job_id, State.SENT)
    ledger.move(job_id, end, "", mm)


def test_millimetres_survive_a_restart_and_cost_no_flush(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        for number in range(5):
            print_one(ledger, str(number), 90.0)
        assert ledger.durable_flushes == 10
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert (ledger.paper.printed_mm, ledger.paper.slips) == (450.0, 5)


def test_a_new_roll_counts_anew_and_keeps_the_length_of_a_slip(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        print_one(ledger, "1", 70.0)
        ledger.roll_changed()
        assert (ledger.paper.printed_mm, ledger.paper.mean_mm) == (0.0, 70.0)
        changed = ledger.paper.changed
        assert changed
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert ledger.paper == PaperUse(0.0, 1, 70.0, changed)


def test_tickets_left_follow_the_slips_as_they_become_longer():
    use = PaperUse()
    for _ in range(40):
        use = use.after(60.0)
    assert use.mean_mm == pytest.approx(60.0)
    for _ in range(100):
        use = use.after(90.0)
    assert use.mean_mm == pytest.approx(90.0, abs=1)
    left = paper_left(use, roll_mm=80_000)
    assert left.left_mm == 80_000 - 40 * 60 - 100 * 90
    assert left.tickets == pytest.approx(left.left_mm / 90, abs=10)


def test_a_roll_nearly_used_up_degrades_a_printer_without_a_sensor(simulator, open_office, wait):
    office = open_office(simulator.printer(), roll_mm=1000, warn_tickets=8)
    wait(lambda: office.status() == ("ok", []))
    for number in ("1001", "1002", "1003", "1004", "1005"):
        office.submit(number)
        assert office.end_of(number) == ("printed", "echo")
    wait(lambda: office.status() == ("degraded", ["paper_near_end"]))
    assert office.spooler.paper.near_end
    office.submit("1006")
    assert office.end_of("1006") == ("printed", "echo")
    office.spooler.roll_changed()
    wait(lambda: office.status() == ("ok", []))
    assert office.spooler.status.paper.printed_mm == 0


def test_what_is_counted_is_what_the_printer_used(simulator, open_office, slip):
    full_mm = simulator.state()["paper_mm"]
    office = open_office(simulator.printer())
    for number in ("1001", "1002", "1003"):
        office.submit(number)
        office.end_of(number)
    used_mm = full_mm - simulator.state()["paper_mm"]
    assert office.ledger.paper.printed_mm == pytest.approx(used_mm, rel=0.03)
    one_mm = draw_slip(slip("1001"), 576).length_mm
    assert office.ledger.paper.mean_mm == pytest.approx(one_mm, rel=0.01)


def test_what_cuts_half_a_slip_off_is_counted_once(simulator, open_office, slip, tmp_path, wait):
    begin_ledger(tmp_path / "ledger.sqlite3")
    office = open_office(simulator.printer(), poll_interval_s=30)
    wait(lambda: office.status()[0] == "ok")
    simulator.fault(drop_at_byte=5000)
    for number, state in (("1001", "unknown"), ("1002", "printed"), ("1003", "printed")):
        office.submit(number)
        assert office.end_of(number)[0] == state
    one_mm = draw_slip(slip("1001"), 576).length_mm
    assert office.ledger.paper.printed_mm == pytest.approx(3 * one_mm + KNIFE_MM, rel=0.01)
    assert office.ledger.paper.mean_mm == pytest.approx(one_mm, rel=0.01)


def test_slips_that_a_dead_process_left_in_flight_count_as_slips_in_one_commit(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        print_one(ledger, "1", 70.0)
        for job_id, last in (("2", State.SENDING), ("3", State.SENT)):
            ledger.enqueue(job_id, {}, "")
            ledger.move(job_id, State.SENDING)
            if last is State.SENT:
                ledger.move(job_id, State.SENT)
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert len(ledger.recover()) == 2
        assert (ledger.paper.printed_mm, ledger.paper.mean_mm) == (210.0, 70.0)
        assert ledger.durable_flushes == 1
        assert ledger.recover() == []
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert ledger.paper.printed_mm == 210.0


def test_nothing_that_was_not_sent_uses_paper(simulator, open_office):
    office = open_office(simulator.printer())
    office.submit("1001", within_s=-1)
    office.end_of("1001")
    assert office.ledger.paper.printed_mm == 0


def test_the_count_never_hides_what_the_printer_says():
    worse = PrinterStatus("failed", (Cause.COVER_OPEN,))
    assert with_paper_ending(worse) == worse
    assert with_paper_ending(PrinterStatus("ok")).causes == (Cause.PAPER_NEAR_END,)


def test_a_roll_of_length_zero_is_not_counted():
    assert not paper_left(PaperUse(printed_mm=10_000), roll_mm=0).near_end


def test_a_roll_that_is_not_counted_tells_no_tickets():
    assert paper_left(PaperUse(printed_mm=10_000), roll_mm=0).tickets is None


def test_one_change_told_twice_counts_once_across_restarts(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert ledger.roll_changed("change-1")
        print_one(ledger, "1", 90.0)
        assert not ledger.roll_changed("change-1")
        assert ledger.paper.printed_mm == 90.0
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert ledger.paper.change_id == "change-1"
        assert not ledger.roll_changed("change-1")
        assert ledger.paper.printed_mm == 90.0
        assert ledger.roll_changed("change-2")
        assert ledger.paper.printed_mm == 0.0


def test_a_ledger_from_before_changes_had_ids_is_read(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    with Ledger(path) as ledger:
        print_one(ledger, "1", 90.0)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE roll_change")
    with Ledger(path) as ledger:
        assert (ledger.paper.printed_mm, ledger.paper.change_id) == (90.0, "")
