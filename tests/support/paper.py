"""A real simulated printer in its own process, a spooler as the agent holds it, and a slip."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from printer.build import open_printer
from printer.driver import Printer
from printer.ledger import Ledger, LedgerRow, State
from printer.link import Deadlines
from printer.slip import Slip
from printer.spooler import PrintJob, Spooler
from tests.support.wait import wait_for


class Simulator:
    """A printer process and its lab."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "printer", "simulate", "--http-port", "0"]
        command += ["--port", str(port)]
        self.process = subprocess.Popen(
            [*command, "--dir", str(folder), *options], stdout=subprocess.PIPE, text=True
        )
        self.folder = folder

    def await_ready(self) -> Simulator:
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline()
        found = re.search(r"ready tcp=[\d.]+:(\d+) http=127\.0\.0\.1:(\d+)", self.ready_line)
        assert found, self.ready_line
        self.port, self.http_port = int(found[1]), int(found[2])
        return self

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self._url(path), timeout=10) as answer:
            return bytes(answer.read())

    def state(self) -> dict[str, Any]:
        found = json.loads(self.get("/state"))
        assert isinstance(found, dict)
        return found

    def fault(self, **faults: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            self._url("/fault"), json.dumps(faults).encode(), {"X-Moiso-Lab": "1"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found = json.loads(answer.read())
        assert isinstance(found, dict)
        return found

    def status_of(self, path: str, data: bytes | None, headers: dict[str, str]) -> int:
        request = urllib.request.Request(self._url(path), data, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def printer(self, deadlines: Deadlines | None = None, **settings: Any) -> Printer:
        return open_printer(
            "tcp", host="127.0.0.1", port=self.port, deadlines=deadlines, **settings
        )

    def device(self, deadlines: Deadlines | None = None, kind: str = "serial") -> Printer:
        """Give a printer on the device node of a simulator that was started with --pty."""
        return open_printer(kind, device=str(self.node), deadlines=deadlines)

    @property
    def node(self) -> Path:
        return self.folder / "printer.tty"

    def whole(self) -> list[bytes]:
        """Give the fences of the whole slips that came out."""
        return [bytes.fromhex(s["fence"]) for s in self.state()["slips"] if s["complete"]]

    def close(self) -> None:
        self.process.terminate()
        self.gone()

    def gone(self) -> None:
        assert self.process.wait(30) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.http_port}{path}"


def make_slip(number: str = "1001", **texts: Any) -> Slip:
    return Slip.from_dict(
        {
            "office": "ĐIỂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG VĂN MIẾU - QUỐC TỬ GIÁM",
            "parent": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG THÀNH PHỐ HÀ NỘI",
            "title": "PHIẾU SỐ THỨ TỰ",
            "number": number,
            "service": "Tư pháp – Hộ tịch",
            "ahead_line": "Số người chờ trước: 12",
            "time_line": "23/11/2026 08:05",
            "notice": ["Vui lòng chờ gọi số và xem bảng hiển thị."],
            "tracking_url": f"http://192.168.1.10/t/{number}-3kX9pQ7bTzLmW2aR",
            "tracking_line": "Quét mã để theo dõi lượt của bạn trên điện thoại.",
            **texts,
        }
    )


def begin_ledger(path: Path) -> None:
    """Begin a ledger that knows its printer to be empty, so that nothing goes before a slip."""
    with Ledger(path) as ledger:
        note_printed(ledger)


def note_printed(ledger: Ledger) -> None:
    ledger.enqueue("earlier", {}, "")
    for state in (State.SENDING, State.SENT, State.PRINTED):
        ledger.move("earlier", state)
    ledger.mark_reported("earlier", 4)


class Office:
    """A spooler with its ledger, as the agent holds them."""

    def __init__(
        self, printer: Printer, path: Path, poll_interval_s: float, **settings: Any
    ) -> None:
        self.ledger = Ledger(path)
        self.changes = 0
        self.spooler = Spooler(
            printer,
            self.ledger,
            poll_interval_s=poll_interval_s,
            on_change=self._changed,
            retry_interval_s=min(0.5, poll_interval_s / 2),
            **settings,
        )
        self.recovered = self.spooler.start()

    def _changed(self) -> None:
        self.changes += 1

    def submit(self, job_id: str, within_s: float = 15.0, **texts: Any) -> LedgerRow:
        # The number is the job's id, so that a slip's QR code tells whose it is.
        slip = make_slip(job_id, **texts)
        return self.spooler.submit(PrintJob(job_id, slip, time.monotonic() + within_s))

    def end_of(self, job_id: str) -> tuple[str, str]:
        wait_for(lambda: (row := self.ledger.known(job_id)) and row.final, f"end of {job_id}")
        row = self.ledger.known(job_id)
        assert row is not None
        return row.state.value, row.reason

    def status(self) -> tuple[str, list[str]]:
        seen = self.spooler.status.printer
        return seen.state, [cause.value for cause in seen.causes]

    def close(self) -> None:
        assert self.spooler.stop(20)
        self.ledger.close()
