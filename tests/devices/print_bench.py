"""Printing with one printer and its ledger, as the agent builds it; a job for it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.clock import SystemClock
from appliance.devices.desks import Desk, Desks
from appliance.devices.print_reports import PrintReports
from appliance.devices.printing import Printing
from appliance.devices.reports import DeviceReports
from appliance.protocol.agent import PrintMessage, PrintRow, RowResult
from printer.build import open_printer
from printer.ledger import Ledger
from printer.spooler import Spooler

DONE = RowResult(outcome="done")


def job(
    job_id: int, left_ms: int = 15_000, printer: str = "p1", seal: str = "", **slip: Any
) -> PrintMessage:
    return PrintMessage.model_validate(
        {
            "n": job_id,
            "job_id": job_id,
            "printer": printer,
            "left_ms": left_ms,
            "seal": seal,
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


class Later(SystemClock):
    """The machine's time, and so much more."""

    def __init__(self, by_s: float) -> None:
        self.by = timedelta(seconds=by_s)

    def now(self) -> datetime:
        return super().now() + self.by

    def monotonic_ms(self) -> int:
        return super().monotonic_ms() + self.by // timedelta(milliseconds=1)


class PrintBench:
    """Printing with one printer, as the agent builds it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.start()

    def start(self, clock: Later | None = None) -> None:
        clock = clock or Later(0)
        wake = threading.Event()
        self.ledger = Ledger(self.folder / "ledger-p1.sqlite", clock.now)
        printer = open_printer("tcp", host="127.0.0.1", port=self.port)
        self.spooler = Spooler(printer, self.ledger, poll_interval_s=0.1, on_change=wake.set)
        desk = Desk("p1", self.ledger, self.spooler)
        desks = Desks({"p1": lambda: desk})
        self.devices = DeviceReports(clock, "agent-main", lambda: None)
        self.reports = PrintReports(desks)
        self.printing = Printing(desks, self.reports, self.devices, clock, lambda: None, wake)
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
        self.thread.join(20)
        self.printing.close(2)
