"""A slip of which no byte was sent goes on waiting for its printer until its time is up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from printer.driver import Printer
from printer.escpos import fence_id
from printer.ledger import Ledger, State
from printer.link import Deadlines
from printer.spooler import PrintJob
from tests.support.paper import Office, Simulator, make_slip

QUICK = Deadlines(connect_s=1, reply_s=0.3, stall_s=0.6, confirm_s=2)


@pytest.fixture
def office(
    simulator: Simulator, open_office: Callable[..., Office], wait: Callable[..., Any]
) -> Office:
    opened = open_office(simulator.printer(QUICK))
    wait(lambda: opened.status()[0] == "ok", "the printer is well")
    return opened


def after_each_look(office: Office, happens: Callable[[], object]) -> None:
    """Let something happen between the look at the printer and the first byte of a slip."""
    printer = office.spooler._printer
    look = printer.prepare

    def prepare() -> Any:
        status = look()
        if printer.may_print(status):
            happens()
        return status

    printer.prepare = prepare


def test_a_line_that_breaks_before_the_first_byte_only_delays_the_slip(
    simulator: Simulator, office: Office
) -> None:
    breaks = [{"line": "drop"}, {"line": "drop"}]
    after_each_look(office, lambda: breaks and simulator.fault(**breaks.pop()))
    office.submit("1001")
    assert office.end_of("1001") == ("printed", "echo")
    assert not breaks
    assert simulator.whole() == [fence_id("1001")]
    assert simulator.state()["half"] == 0
    assert office.ledger.durable_flushes == 2 + 2, "each try is noted before it begins"
    assert [row.state for row in office.ledger.unreported()] == [State.PRINTED]


def test_one_that_breaks_every_time_ends_the_slip_at_its_deadline_and_nothing_comes_out(
    simulator: Simulator, office: Office
) -> None:
    after_each_look(office, lambda: simulator.fault(line="drop"))
    began_s = time.monotonic()
    office.submit("1001", within_s=1.5)
    assert office.end_of("1001")[0] in ("expired", "failed")
    assert time.monotonic() - began_s >= 1.5
    assert simulator.state()["printed"] == 0


def test_a_slip_that_another_printer_may_take_fails_once_its_own_is_known_to_be_bad(
    simulator: Simulator, office: Office
) -> None:
    after_each_look(office, lambda: simulator.fault(power="off"))
    due_s = time.monotonic() + 15
    office.spooler.submit(PrintJob("1001", make_slip("1001"), due_s, waits=False))
    assert office.end_of("1001") == ("failed", "unplugged")
    assert time.monotonic() < due_s


def test_a_slip_that_another_printer_may_take_is_tried_twice(
    simulator: Simulator, office: Office
) -> None:
    tried = []

    def breaks() -> None:
        tried.append(1)
        simulator.fault(line="drop")

    after_each_look(office, breaks)
    due_s = time.monotonic() + 15
    office.spooler.submit(PrintJob("1001", make_slip("1001"), due_s, waits=False))
    assert office.end_of("1001") in {("failed", "connection_lost"), ("failed", "write_refused")}
    assert len(tried) == 2
    assert time.monotonic() < due_s


def test_a_stop_meanwhile_leaves_nothing_in_the_file(
    simulator: Simulator, office: Office, wait: Callable[..., Any], tmp_path: Path
) -> None:
    tried = []

    def breaks() -> None:
        tried.append(1)
        simulator.fault(line="drop")

    after_each_look(office, breaks)
    office.submit("1001")
    wait(lambda: len(tried) > 1, "it is tried again")
    office.close()
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        assert ledger.recover() == []
        assert ledger.known("1001") is None


KILLED = """
import os, signal, sys
from printer.ledger import Ledger, State
ledger = Ledger(sys.argv[1])
for job in ("1001", "1002"):
    ledger.enqueue(job, {}, "p1")
    ledger.move(job, State.SENDING)
ledger.take_back("1001", "connection_lost")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_after_it_was_taken_back_lets_it_be_offered_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ran = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert ran.returncode == -9
    with Ledger(path) as ledger:
        # The other one was being sent when the process died: nobody knows, so never again.
        assert [(row.job_id, row.state) for row in ledger.recover()] == [("1002", State.UNKNOWN)]
        assert ledger.known("1001") is None
        assert ledger.enqueue("1001", {}, "p1")[1], "new, so it is printed"


def test_a_disk_that_refuses_to_forget_it_does_not_keep_it_from_being_sent_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.sqlite3"
    with Ledger(path) as ledger:
        ledger.enqueue("1001", {"number": "1001"}, "p1")
        ledger.move("1001", State.SENDING)
        ledger._db.execute("PRAGMA query_only = ON")
        assert ledger.take_back("1001", "connection_lost").state is State.QUEUED
        row = ledger.known("1001")
        assert row is not None
        assert (row.state, row.slip) == (State.QUEUED, {"number": "1001"})
        ledger._db.execute("PRAGMA query_only = OFF")
        ledger.move("1001", State.SENDING)
        assert ledger.move("1001", State.UNKNOWN, "silent").rev == 5
        assert ledger.leftover_possible()
    with Ledger(path) as ledger:
        assert [(row.state, row.rev) for row in ledger.unreported()] == [(State.UNKNOWN, 5)]


class Full:
    """A transport to a printer that stands, says why, and takes nothing."""

    name = "full"
    is_open = False

    def __init__(self) -> None:
        self._says = [b"", b"", b"\x38\x00\x00\x00"]

    def open(self, timeout_s: float) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, timeout_s: float) -> int:
        return 0

    def read(self, timeout_s: float) -> bytes:
        return self._says.pop(0) if self._says else b""


def test_a_slip_of_which_a_stopped_printer_took_nothing_has_not_been_sent() -> None:
    outcome = Printer(Full(), 576, deadlines=QUICK).send(b"a slip", b"ab12")
    assert (outcome.state, outcome.reason) == (State.FAILED, "cover_open")
