"""A disk that takes nothing: no slip goes out unnoted, what has happened is told all the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from printer.errors import LedgerUnwritable
from printer.ledger import Ledger, State
from printer.link import Deadlines
from printer.noted import send_noted
from printer.own_file import commit
from printer.spooler import PrintJob
from tests.support.paper import Office, Simulator, make_slip, note_printed

LONG = {"number": "1001", "notice": "x" * 9_000}
QUICK = Deadlines(connect_s=1, reply_s=0.3, stall_s=0.6, confirm_s=0.8)


class Disk:
    """SQLite's own word for a disk that takes nothing more."""

    def __init__(self, kind: str) -> None:
        self.said = {"full": "database or disk is full", "read-only": "readonly database"}[kind]
        self._refuse = {"full": "max_page_count = 1", "read-only": "query_only = ON"}[kind]
        self._take = {"full": "max_page_count = 100000", "read-only": "query_only = OFF"}[kind]

    def refuse(self, ledger: Ledger) -> None:
        ledger._db.execute(f"PRAGMA {self._refuse}")

    def take(self, ledger: Ledger) -> None:
        ledger._db.execute(f"PRAGMA {self._take}")


@pytest.fixture(params=["full", "read-only"])
def disk(request: pytest.FixtureRequest) -> Disk:
    return Disk(request.param)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger(path) as opened:
        yield opened


def test_what_cannot_be_noted_is_not_sent_and_the_job_is_still_queued(
    ledger: Ledger, disk: Disk
) -> None:
    ledger.enqueue("1001", LONG, "p1")
    disk.refuse(ledger)
    with pytest.raises(LedgerUnwritable, match=disk.said):
        ledger.move("1001", State.SENDING, fed_mm=12.0)
    row = ledger.known("1001")
    assert row is not None
    assert (row.state, row.rev, ledger.unreported()) == (State.QUEUED, 1, [])
    assert disk.said in ledger.unwritable
    assert not ledger.try_disk()
    disk.take(ledger)
    assert ledger.try_disk()
    assert ledger.unwritable == ""
    assert ledger.move("1001", State.SENDING).rev == 2
    assert ledger.paper.printed_mm == 12.0, "paper that was fed is counted, though not at once"


def test_what_has_happened_is_told_at_once_and_stored_when_the_disk_takes_it(
    path: Path, disk: Disk
) -> None:
    with Ledger(path) as ledger:
        ledger.enqueue("1", {}, "p1")
        ledger.move("1", State.SENDING)
        disk.refuse(ledger)
        ledger.move("1", State.SENT)
        ledger.move("1", State.PRINTED, "echo", slip_mm=74.0)
        ledger.enqueue("2", LONG, "p1")
        ledger.move("2", State.FAILED, "ledger_unwritable")
        ledger.doubt("3", "p1", "ledger_lost")
        told = [(row.job_id, row.state, row.rev) for row in ledger.unreported()]
        assert told == [("1", State.PRINTED, 4), ("2", State.FAILED, 2), ("3", State.UNKNOWN, 1)]
        assert ledger.enqueue("2", LONG, "p1")[1] is False, "known, so never printed"
        ledger.mark_reported("1", 4)
        assert [row.job_id for row in ledger.unreported()] == ["2", "3"]
        disk.take(ledger)
        assert ledger.try_disk()
        assert [row.job_id for row in ledger.unreported()] == ["2", "3"]
    with Ledger(path) as ledger:
        assert [row.job_id for row in ledger.unreported()] == ["2", "3"]
        first = ledger.known("1")
        assert first is not None
        assert (first.state, first.rev, first.reason) == (State.PRINTED, 4, "echo")
        assert (ledger.paper.printed_mm, ledger.paper.slips) == (74.0, 1)
        assert not ledger.leftover_possible()


def test_after_a_restart_only_what_was_stored_is_known(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.enqueue("1", {}, "p1")
        ledger.move("1", State.SENDING)
        ledger._db.execute("PRAGMA query_only = ON")
        ledger.move("1", State.SENT)
        ledger.move("1", State.PRINTED)
        ledger.enqueue("2", LONG, "p1")
        ledger.move("2", State.EXPIRED)
    with Ledger(path) as ledger:
        assert [(row.job_id, row.state, row.rev) for row in ledger.recover()] == [
            ("1", State.UNKNOWN, 3)
        ]
        assert ledger.known("2") is None


def test_a_ledger_on_a_disk_that_takes_nothing_can_be_used_and_closed(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.enqueue("1", {}, "p1")
        ledger.move("1", State.SENDING)
    with Ledger(path) as ledger:
        ledger._db.execute("PRAGMA query_only = ON")
        assert ledger.prune() == 0
        assert [row.state for row in ledger.recover()] == [State.UNKNOWN]
        assert ledger.roll_changed("a-new-roll")
        assert ledger.paper.change_id == "a-new-roll"
        ledger.mark_reported("1", 3)


def test_the_cause_is_not_hidden_where_sqlite_has_ended_the_transaction_itself(
    path: Path,
) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError, match="the first"), commit(db):
        db.execute("ROLLBACK")
        raise sqlite3.OperationalError("the first")
    db.close()


def test_the_printer_has_failed_until_the_disk_takes_slips_again(
    simulator: Simulator, open_office: Callable[..., Office], wait: Callable[..., Any], disk: Disk
) -> None:
    office = open_office(simulator.printer())
    office.submit("1")
    assert office.end_of("1") == ("printed", "echo")
    disk.refuse(office.ledger)
    long = {"notice": ["Vui lòng chờ gọi số. " * 14] * 8}
    slip = make_slip("2", **long)
    due_s = office.spooler._monotonic() + 15
    office.spooler.submit(PrintJob("2", slip, due_s, waits=False))
    assert office.end_of("2") == ("failed", "ledger_unwritable")
    wait(lambda: office.status() == ("failed", ["ledger_unwritable"]), "the printer's state")
    assert office.spooler.error is None
    office.submit("3", **long)
    wait(lambda: office.spooler._jobs, "a job that has no other printer waits")
    disk.take(office.ledger)
    assert office.end_of("3") == ("printed", "echo")
    wait(lambda: office.status() == ("ok", []), "the printer is well again")
    assert [row.job_id for row in office.ledger.unreported()] == ["1", "2", "3"]
    assert simulator.state()["printed"] == 2


def test_a_job_that_waits_in_vain_for_the_disk_has_failed_and_never_comes_out(
    simulator: Simulator, open_office: Callable[..., Office]
) -> None:
    office = open_office(simulator.printer())
    office.ledger._db.execute("PRAGMA query_only = ON")
    office.submit("1", within_s=1)
    assert office.end_of("1") == ("failed", "ledger_unwritable")
    office.ledger._db.execute("PRAGMA query_only = OFF")
    office.submit("2")
    assert office.end_of("2") == ("printed", "echo")
    assert simulator.state()["printed"] == 1


@pytest.mark.parametrize("gone", ["", "-wal"])
def test_a_file_that_is_deleted_or_replaced_under_the_ledger_takes_nothing(
    path: Path, gone: str
) -> None:
    with Ledger(path) as ledger:
        note_printed(ledger)
        ledger.enqueue("1", {}, "p1")
        ledger.move("1", State.SENDING)
        part = path.with_name(path.name + gone)
        part.unlink()
        ledger.move("1", State.SENT)
        ledger.move("1", State.PRINTED, "echo")
        ledger.enqueue("2", {}, "p1")
        for _ in range(2):
            with pytest.raises(LedgerUnwritable, match="deleted or replaced"):
                ledger.move("2", State.SENDING)
            assert not ledger.try_disk()
            part.write_bytes(b"another one of the same name")
        told = [(row.job_id, row.state) for row in ledger.unreported()]
        assert told == [("1", State.PRINTED)], "what has happened is told all the same"
        part.unlink()


def test_no_slip_goes_out_while_the_ledger_is_deleted_and_the_next_start_prints(
    simulator: Simulator, open_office: Callable[..., Office], wait: Callable[..., Any], path: Path
) -> None:
    office = open_office(simulator.printer())
    office.submit("1")
    assert office.end_of("1") == ("printed", "echo")
    for part in path.parent.glob(path.name + "*"):
        part.unlink()
    office.submit("2", within_s=0.5)
    assert office.end_of("2") == ("failed", "ledger_unwritable")
    wait(lambda: office.status() == ("failed", ["ledger_unwritable"]), "the printer's state")
    assert (simulator.state()["printed"], office.spooler.error) == (1, None)
    office.close()
    office = open_office(simulator.printer())
    office.submit("3")
    assert office.end_of("3") == ("printed", "echo")


def test_a_broken_printer_is_named_before_the_disk(
    simulator: Simulator, open_office: Callable[..., Office], wait: Callable[..., Any]
) -> None:
    office = open_office(simulator.printer(QUICK))
    office.ledger._db.execute("PRAGMA query_only = ON")
    office.submit("1", within_s=0.5)
    office.end_of("1")
    simulator.fault(paper="out")
    told = ("failed", ["paper_out", "ledger_unwritable"])
    wait(lambda: office.status() == told, "both causes")


def test_a_disk_that_fills_up_under_a_slip_does_not_change_what_is_told_of_it(
    simulator: Simulator, path: Path
) -> None:
    from printer.build import draw_slip

    printer = simulator.printer()
    with Ledger(path) as ledger:

        def changed() -> None:
            ledger._db.execute("PRAGMA query_only = ON")

        ledger.enqueue("1", {}, "p1")
        printer.prepare()
        drawn = draw_slip(make_slip("1"), printer.width_dots, printer.abilities)
        assert send_noted(printer, ledger, "1", drawn, changed).state is State.PRINTED
        assert [(row.state, row.rev) for row in ledger.unreported()] == [(State.PRINTED, 4)]
    printer.close()
    with Ledger(path) as ledger:
        assert [row.state for row in ledger.recover()] == [State.UNKNOWN]
