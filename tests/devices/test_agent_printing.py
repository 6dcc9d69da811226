"""Slips: printed once, told until heard, never again; with a real simulated printer."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_kit import FakeClock, wait_for

from appliance.clock import SystemClock
from appliance.devices.printing import Desk, Printing, PrintReports
from appliance.devices.reports import DeviceReports
from appliance.protocol.agent import (
    DeviceRow,
    PrintMessage,
    PrintRow,
    RowResult,
    SupersedeMessage,
)
from printer.build import open_printer
from printer.ledger import Ledger
from printer.spooler import Spooler
from printer.status import Cause, PrinterStatus

DONE = RowResult(outcome="done")


def job(job_id: int, left_ms: int = 15_000, printer: str = "p1", **slip: Any) -> PrintMessage:
    return PrintMessage.model_validate(
        {
            "n": job_id,
            "job_id": job_id,
            "printer": printer,
            "left_ms": left_ms,
            "slip": {
                "office": "Điểm phục vụ hành chính công phường Văn Miếu",
                "parent": "UBND phường Văn Miếu",
                "title": "PHIẾU SỐ THỨ TỰ",
                "number": str(1000 + job_id),
                "service": "Hộ tịch",
                "ahead_line": "Số người chờ trước: 2",
                "priority_line": "",
                "time_line": "23/11/2026 08:05",
                "notice": ["Vui lòng chờ gọi số."],
                "tracking_url": "",
                "tracking_line": "",
                **slip,
            },
        }
    )


class Bench:
    """Printing with one printer, as the agent builds it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.start()

    def start(self) -> None:
        wake = threading.Event()
        self.ledger = Ledger(self.folder / "ledger-p1.sqlite")
        printer = open_printer("tcp", host="127.0.0.1", port=self.port)
        self.spooler = Spooler(printer, self.ledger, poll_interval_s=0.1, on_change=wake.set)
        desk = Desk("p1", self.ledger, self.spooler)
        self.devices = DeviceReports(SystemClock(), "agent-main", lambda: None)
        self.reports = PrintReports([desk])
        self.printing = Printing(
            [desk], self.reports, self.devices, SystemClock(), lambda: None, wake
        )
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.printing.run()
        except RuntimeError as exc:
            self.error = exc

    def rows(self) -> list[PrintRow]:
        rows = [outgoing.row for outgoing in self.reports.pending(100)]
        assert all(isinstance(row, PrintRow) for row in rows)
        return rows  # type: ignore[return-value]

    def states(self) -> dict[int, str]:
        return {row.job_id: row.state for row in self.rows()}

    def hear_all(self) -> None:
        for outgoing in self.reports.pending(100):
            outgoing.answered(DONE)

    def stop(self) -> None:
        self.printing.stop()
        self.thread.join(5)
        self.printing.close(2)


@pytest.fixture
def lab(simulated_printer: tuple[int, int]) -> Callable[..., Any]:
    def ask(path: str, **body: Any) -> Any:
        url = f"http://127.0.0.1:{simulated_printer[1]}{path}"
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(url, data, {"X-Moiso-Lab": "1"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read())

    return ask


@pytest.fixture
def bench(simulated_printer: tuple[int, int], tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, simulated_printer[0])
    yield made
    made.stop()


def test_a_job_is_printed_once_and_told_until_it_is_heard(
    bench: Bench, lab: Callable[..., Any]
) -> None:
    bench.printing.take(job(1))
    wait_for(lambda: bench.states() == {1: "printed"})
    assert [row.rev for row in bench.rows()] == [4]
    bench.hear_all()
    assert bench.rows() == []
    assert lab("/state")["printed"] == 1


def test_a_job_that_is_offered_again_is_not_printed_again_but_told_again(
    bench: Bench, lab: Callable[..., Any]
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
    bench: Bench, lab: Callable[..., Any]
) -> None:
    bench.printing.take(job(1, left_ms=-5))
    bench.printing.take(job(2))
    wait_for(lambda: bench.states() == {1: "expired", 2: "printed"})
    assert lab("/state")["printed"] == 1


def test_what_a_dead_agent_left_in_flight_is_unknown(tmp_path: Path, bench: Bench) -> None:
    bench.stop()
    ledger = Ledger(tmp_path / "ledger-p1.sqlite")
    from printer.ledger import State

    ledger.enqueue("7", {}, "p1")
    ledger.move("7", State.SENDING)
    ledger.close()
    bench.start()
    wait_for(lambda: bench.states() == {7: "unknown"})


def test_a_job_for_a_printer_of_somebody_else_is_told_as_failed(bench: Bench) -> None:
    bench.printing.take(job(1, printer="p9"))
    assert [(row.job_id, row.state, row.reason) for row in bench.rows()] == [
        (1, "failed", "no_such_printer")
    ]
    bench.hear_all()
    assert bench.rows() == []


def test_a_slip_that_says_nothing_is_told_as_failed(bench: Bench) -> None:
    bench.printing.take(job(1, number=""))
    assert [(row.job_id, row.state) for row in bench.rows()] == [(1, "failed")]


def test_a_printer_that_runs_out_of_paper_is_told_and_known_bad(
    bench: Bench, lab: Callable[..., Any]
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


def test_a_printer_of_another_agent_is_not_known_to_be_bad(bench: Bench) -> None:
    assert not bench.printing.bad("p9")


def test_a_dead_spooler_ends_the_watch(bench: Bench) -> None:
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

        @property
        def status(self) -> Any:
            return type("Status", (), {"printer": self.now})

    clock, spooler = FakeClock(), Silent()
    devices = DeviceReports(clock, "agent-main", lambda: None)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        desk = Desk("p1", ledger, spooler)  # type: ignore[arg-type]
        printing = Printing(
            [desk], PrintReports([desk]), devices, clock, lambda: None, threading.Event()
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
    bench: Bench, lab: Callable[..., Any]
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


def test_a_slip_in_hand_is_not_taken_out_of_use(bench: Bench, lab: Callable[..., Any]) -> None:
    lab("/fault", paper="out")
    wait_for(lambda: bench.printing.bad("p1"), "the printer's trouble")
    bench.printing.take(job(1))
    bench.printing.supersede(superseded(1))
    lab("/fault", paper="ok")
    wait_for(lambda: bench.states() == {1: "printed"}, "the slip")


def test_a_slip_that_another_printer_may_take_does_not_wait_for_a_bad_one(
    bench: Bench, lab: Callable[..., Any]
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
