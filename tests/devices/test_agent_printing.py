"""Slips: printed once, told until heard, never again; with a real simulated printer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_kit import FakeClock
from print_bench import PrintBench, job

from appliance.devices.desks import Desk, Desks
from appliance.devices.print_reports import PrintReports
from appliance.devices.printing import Printing
from appliance.devices.reports import DeviceReports
from appliance.protocol.agent import (
    DeviceRow,
    SupersedeMessage,
)
from printer.ledger import Ledger
from printer.paper import PaperUse, paper_left
from printer.status import Cause, PrinterStatus
from tests.support.wait import wait_for


@pytest.fixture
def bench(print_bench: PrintBench) -> PrintBench:
    return print_bench


def test_a_job_is_printed_once_and_told_until_it_is_heard(
    bench: PrintBench, lab: Callable[..., Any]
) -> None:
    bench.printing.take(job(1))
    wait_for(lambda: bench.states() == {1: "printed"})
    assert [row.rev for row in bench.rows()] == [4]
    bench.hear_all()
    assert bench.rows() == []
    assert lab("/state")["printed"] == 1


def test_a_job_that_is_offered_again_is_not_printed_again_but_told_again(
    bench: PrintBench, lab: Callable[..., Any]
) -> None:
    bench.printing.take(job(1))
    bench.printing.take(job(1))
    wait_for(lambda: bench.states() == {1: "printed"})
    bench.hear_all()
    bench.printing.take(job(1))
    assert bench.states() == {1: "printed"}
    bench.hear_all()

    bench.stop()
    bench.start()
    bench.printing.take(job(1))
    assert bench.states() == {1: "printed"}
    assert lab("/state")["printed"] == 1


def test_a_job_that_comes_too_late_is_expired_and_not_printed(
    bench: PrintBench, lab: Callable[..., Any]
) -> None:
    bench.printing.take(job(1, left_ms=-5))
    bench.printing.take(job(2))
    wait_for(lambda: bench.states() == {1: "expired", 2: "printed"})
    assert lab("/state")["printed"] == 1


def test_what_a_dead_agent_left_in_flight_is_unknown(tmp_path: Path, bench: PrintBench) -> None:
    bench.stop()
    ledger = Ledger(tmp_path / "ledger-p1.sqlite")
    from printer.ledger import State

    ledger.enqueue("7", {}, "p1")
    ledger.move("7", State.SENDING)
    ledger.close()
    bench.start()
    wait_for(lambda: bench.states() == {7: "unknown"})


def test_a_job_for_a_printer_of_somebody_else_is_told_as_failed(bench: PrintBench) -> None:
    bench.printing.take(job(1, printer="p9"))
    assert [(row.job_id, row.state, row.reason) for row in bench.rows()] == [
        (1, "failed", "no_such_printer")
    ]
    bench.hear_all()
    assert bench.rows() == []


def test_a_slip_that_says_nothing_is_told_as_failed(bench: PrintBench) -> None:
    bench.printing.take(job(1, number=""))
    assert [(row.job_id, row.state) for row in bench.rows()] == [(1, "failed")]


def test_a_printer_that_runs_out_of_paper_is_told_and_known_bad(
    bench: PrintBench, lab: Callable[..., Any]
) -> None:
    wait_for(lambda: bench.devices.states("printer") == {"p1": ("ok", ())})
    assert not bench.printing.bad("p1")
    lab("/fault", paper="out")
    wait_for(lambda: bench.devices.states("printer") == {"p1": ("failed", ("paper_out",))})
    assert bench.printing.bad("p1")
    lab("/fault", paper="ok")
    wait_for(lambda: bench.devices.states("printer") == {"p1": ("ok", ())})
    assert not bench.printing.bad("p1")
    rows = [outgoing.row for outgoing in bench.devices.pending(10)]
    states = [row.state for row in rows if isinstance(row, DeviceRow)]
    assert states == ["ok", "failed", "ok"]


def test_a_printer_of_another_agent_is_not_known_to_be_bad(bench: PrintBench) -> None:
    assert not bench.printing.bad("p9")


def test_a_dead_spooler_ends_the_watch(bench: PrintBench) -> None:
    wait_for(lambda: bench.spooler.alive)
    bench.spooler.stop()
    wait_for(lambda: bench.error is not None)
    assert "p1" in str(bench.error)


def test_a_printer_that_was_not_asked_yet_is_no_news(tmp_path: Path) -> None:
    class Silent:
        """A spooler that has only just begun."""

        error = None
        alive = True
        now = PrinterStatus("unknown")
        paper = paper_left(PaperUse())

        @property
        def status(self) -> Any:
            return type("Status", (), {"printer": self.now})

    clock, spooler = FakeClock(), Silent()
    devices = DeviceReports(clock, "agent-main", lambda: None)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        desk = Desk("p1", ledger, spooler)  # type: ignore[arg-type]
        desks = Desks({"p1": lambda: desk})
        printing = Printing(
            desks, PrintReports(desks), devices, clock, lambda: None, threading.Event()
        )
        printing._look_at(desk)
        assert devices.states("printer") == {}
        spooler.now = PrinterStatus("unknown", (Cause.UNPLUGGED,))
        printing._look_at(desk)
        assert devices.states("printer") == {"p1": ("unknown", ("unplugged",))}
        spooler.now = PrinterStatus("unknown")
        clock.mono_ms += 3_000
        printing._look_at(desk)
        assert devices.states("printer") == {"p1": ("unknown", ())}


def superseded(job_id: int) -> SupersedeMessage:
    return SupersedeMessage(n=100 + job_id, job_id=job_id, printer="p1")


def test_a_slip_that_no_longer_counts_is_never_printed_or_told_again(
    bench: PrintBench, lab: Callable[..., Any]
) -> None:
    lab("/fault", paper="out")
    wait_for(lambda: bench.printing.bad("p1"), "the printer's trouble")
    bench.printing.take(job(1, left_ms=1))
    wait_for(lambda: bench.states() == {1: "failed"}, "the end of the job")
    bench.hear_all()
    bench.printing.supersede(superseded(1))
    bench.printing.supersede(superseded(1))
    lab("/fault", paper="ok")
    bench.printing.take(job(1))
    bench.printing.take(job(2, reprint_line="BẢN IN LẠI"))
    wait_for(lambda: bench.states() == {2: "printed"}, "the reprint")
    row = bench.ledger.known("1")
    assert row is not None
    assert row.state == "superseded"
    assert lab("/state")["printed"] == 1


def test_a_slip_in_hand_is_not_taken_out_of_use(bench: PrintBench, lab: Callable[..., Any]) -> None:
    lab("/fault", paper="out")
    wait_for(lambda: bench.printing.bad("p1"), "the printer's trouble")
    bench.printing.take(job(1))
    bench.printing.supersede(superseded(1))
    lab("/fault", paper="ok")
    wait_for(lambda: bench.states() == {1: "printed"}, "the slip")


def test_a_slip_that_another_printer_may_take_does_not_wait_for_a_bad_one(
    bench: PrintBench, lab: Callable[..., Any]
) -> None:
    lab("/fault", paper="out")
    wait_for(lambda: bench.printing.bad("p1"), "the printer's trouble")
    bench.printing.take(job(1).model_copy(update={"has_fallback": True}))
    wait_for(lambda: bench.states() == {1: "failed"}, "the end of the job, long before 15 s")
    [row] = bench.rows()
    assert row.reason == "paper_out"
    lab("/fault", paper="ok")
    wait_for(lambda: not bench.printing.bad("p1"), "the printer to be well")
    assert lab("/state")["printed"] == 0
