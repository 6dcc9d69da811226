"""A print ledger that cannot be opened is its printer's fault; the agent lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_kit import FakeClock, StubServer, issue_button, make_config
from agent_process import AgentProcess
from print_bench import job

from appliance.devices.desks import Desk, Desks
from appliance.devices.print_reports import PrintReports
from appliance.devices.printing import Printing
from appliance.devices.reports import DeviceReports
from appliance.protocol.agent import RollMessage, RowResult
from printer.build import open_printer
from printer.ledger import Ledger
from printer.spooler import Spooler
from tests.support.wait import wait_for

UNUSABLE = {"p1": ("failed", ("ledger_unusable",))}


class ClosedBench:
    """Printing whose ledger cannot be opened until it is let."""

    def __init__(self, path: Path, port: int) -> None:
        self.path, self.port = path, port
        path.mkdir()
        self.clock = FakeClock()
        self.wake = threading.Event()
        self.desks = Desks({"p1": self._open})
        self.reports = PrintReports(self.desks)
        self.devices = DeviceReports(self.clock, "agent-main", lambda: None)
        self.printing = Printing(
            self.desks, self.reports, self.devices, self.clock, lambda: None, self.wake
        )
        self.thread = threading.Thread(target=self.printing.run)
        self.thread.start()

    def _open(self) -> Desk:
        ledger = Ledger(self.path, self.clock.now)
        printer = open_printer("tcp", host="127.0.0.1", port=self.port)
        return Desk("p1", ledger, Spooler(printer, ledger, poll_interval_s=0.1))

    def let(self) -> None:
        self.path.rmdir()
        self.clock.mono_ms += 5_000
        self.wake.set()
        wait_for(lambda: self.devices.states("printer") == {"p1": ("ok", ())}, "the printer")

    def ends(self) -> list[tuple[int, str, str]]:
        rows: list[Any] = [outgoing.row for outgoing in self.reports.pending(100)]
        return [(row.job_id, row.state, row.reason) for row in rows]

    def hear_all(self) -> None:
        for outgoing in self.reports.pending(100):
            outgoing.answered(RowResult(outcome="done"))

    def close(self) -> None:
        self.printing.stop()
        self.thread.join(20)
        self.printing.close(2)


@pytest.fixture
def bench(tmp_path: Path, simulated_printer: tuple[int, int]) -> Iterator[ClosedBench]:
    made = ClosedBench(tmp_path / "ledger-p1.sqlite", simulated_printer[0])
    yield made
    made.close()


def test_its_printer_has_failed_until_it_can_be_opened(
    bench: ClosedBench, lab: Callable[..., Any]
) -> None:
    wait_for(lambda: bench.devices.states("printer") == UNUSABLE, "the printer's state")
    assert bench.printing.bad("p1")
    bench.let()
    assert not bench.printing.bad("p1")
    bench.printing.take(job(1))
    wait_for(lambda: bench.ends() == [(1, "printed", "echo")], "a slip")


def test_a_job_has_failed_or_is_unknown_and_never_comes_out_later(
    bench: ClosedBench, lab: Callable[..., Any]
) -> None:
    bench.printing.take(job(1))  # it is as old as this run of the agent may be
    bench.clock.mono_ms += 60_000
    bench.printing.take(job(2))
    bench.printing.take(job(3, left_ms=0))
    told = [
        (1, "unknown", "ledger_unusable"),
        (2, "failed", "ledger_unusable"),
        (3, "unknown", "ledger_unusable"),
    ]
    assert bench.ends() == told
    bench.hear_all()
    assert bench.ends() == []
    bench.let()
    for n in (1, 2, 3):
        bench.printing.take(job(n))
    assert bench.ends() == told, "the fallback may have printed them"
    assert lab("/state")["printed"] == 0


def test_a_new_roll_that_was_told_meanwhile_is_counted(bench: ClosedBench) -> None:
    bench.printing.change_roll(RollMessage(n=1, printer="p1", change_id="a-new-roll"))
    bench.let()
    desk = bench.desks.get("p1")
    assert desk is not None
    assert desk.ledger.paper.change_id == "a-new-roll"


def test_while_another_program_has_the_ledger_the_agent_works_and_then_prints(
    server: StubServer,
    start_agent: Callable[..., AgentProcess],
    data: Path,
    simulated_printer: tuple[int, int],
) -> None:
    def printer_says() -> list[tuple[str, list[str]]]:
        rows = [row for row in server.rows("device") if row["device_kind"] == "printer"]
        return [(row["state"], row["causes"]) for row in rows]

    with Ledger(data / "ledger-p1.sqlite"):
        config = make_config(server.url, [issue_button(17, 27)], printer_port=simulated_printer[0])
        agent = start_agent(config)
        wait_for(lambda: ("failed", ["ledger_unusable"]) in printer_says(), "the cause")
        agent.panel.push(17, 27)
        wait_for(lambda: server.rows("press"), "the press of a button")
    wait_for(lambda: printer_says()[-1] == ("ok", []), "the printer, tried again")
    server.offer(**job(1).model_dump(exclude={"kind", "n"}))
    wait_for(lambda: [row["state"] for row in server.rows("print")] == ["printed"], "the slip")
    assert agent.stop() == 0
