"""What the ledger remembers, and what it refuses."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from printer.errors import JobUnknown, LedgerBusy, TransitionRefused
from printer.ledger import Ledger, State
from printer.states import TRANSITIONS

WAY = {
    State.QUEUED: [],
    State.SENDING: [State.SENDING],
    State.SENT: [State.SENDING, State.SENT],
    State.PRINTED: [State.SENDING, State.SENT, State.PRINTED],
    State.UNCONFIRMED: [State.SENDING, State.SENT, State.UNCONFIRMED],
    State.UNKNOWN: [State.SENDING, State.UNKNOWN],
    State.FAILED: [State.FAILED],
    State.EXPIRED: [State.EXPIRED],
    State.SUPERSEDED: [State.FAILED, State.SUPERSEDED],
}
FORBIDDEN = [(a, b) for a in State for b in State if b not in TRANSITIONS[a]]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite3"


def bring(ledger, job_id, state):
    ledger.enqueue(job_id, {"number": job_id}, "tcp:printer:9100")
    for step in WAY[state]:
        ledger.move(job_id, step)
    return ledger.known(job_id)


@pytest.mark.parametrize(("was", "wanted"), FORBIDDEN)
def test_every_forbidden_transition_is_refused(path, was, wanted):
    with Ledger(path) as ledger:
        before = bring(ledger, "1001", was)
        with pytest.raises(TransitionRefused):
            ledger.move("1001", wanted)
        assert ledger.known("1001") == before


@pytest.mark.parametrize("end", [State.FAILED, State.EXPIRED])
def test_what_was_given_to_the_printer_is_never_told_as_not_given(path, end):
    with Ledger(path) as ledger:
        bring(ledger, "1001", State.SENT)
        with pytest.raises(TransitionRefused):
            ledger.move("1001", end)


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_reached_and_is_still_there_after_opening_again(path, state):
    with Ledger(path) as ledger:
        row = bring(ledger, "1001", state)
        assert (row.state, row.rev) == (state, 1 + len(WAY[state]))
    with Ledger(path) as ledger:
        found = ledger.known("1001")
        assert found == (None if state is State.QUEUED else row)


def test_what_was_in_flight_becomes_unknown_and_only_once(path):
    with Ledger(path) as ledger:
        for state in (State.SENDING, State.SENT, State.PRINTED):
            bring(ledger, state.value, state)
    with Ledger(path) as ledger:
        recovered = ledger.recover()
        assert [(row.job_id, row.state, row.reason) for row in recovered] == [
            ("sending", State.UNKNOWN, "restart"),
            ("sent", State.UNKNOWN, "restart"),
        ]
        assert ledger.recover() == []
        assert ledger.known("printed").state is State.PRINTED


def test_a_known_job_is_not_queued_again(path):
    with Ledger(path) as ledger:
        bring(ledger, "1001", State.UNKNOWN)
        row, new = ledger.enqueue("1001", {}, "")
        assert (row.state, new) == (State.UNKNOWN, False)


def test_a_leftover_is_possible_until_a_later_slip_was_proven(path):
    with Ledger(path) as ledger:
        bring(ledger, "1000", State.PRINTED)
        assert not ledger.leftover_possible()
        bring(ledger, "1001", State.UNKNOWN)
        assert ledger.leftover_possible()
        bring(ledger, "1002", State.EXPIRED)
        assert ledger.leftover_possible()
        bring(ledger, "1003", State.PRINTED)
        assert not ledger.leftover_possible()


def test_a_ledger_that_has_sent_nothing_does_not_know_that_the_printer_is_empty(path):
    with Ledger(path) as ledger:
        assert ledger.leftover_possible()
        bring(ledger, "1001", State.FAILED)
    with Ledger(path) as ledger:
        assert ledger.leftover_possible(), "no byte went to the printer"
        bring(ledger, "1002", State.PRINTED)
        assert not ledger.leftover_possible()


def test_reports_come_in_order_until_they_are_marked(path):
    with Ledger(path) as ledger:
        for number in ("1", "2", "3"):
            bring(ledger, number, State.PRINTED)
        ledger.move("1", State.SUPERSEDED)
        assert [row.job_id for row in ledger.unreported()] == ["2", "3", "1"]
        ledger.mark_reported("2", 4)
        ledger.mark_reported("1", 4)  # an older revision than the present one
        assert [row.job_id for row in ledger.unreported()] == ["3", "1"]
    with Ledger(path) as ledger:
        assert [row.job_id for row in ledger.unreported()] == ["3", "1"]


def test_marking_reported_costs_no_flush_and_goes_with_the_next_write(path):
    with Ledger(path) as ledger:
        bring(ledger, "1", State.PRINTED)
        assert ledger.durable_flushes == 2
        ledger.mark_reported("1", 4)
        assert ledger.durable_flushes == 2
        bring(ledger, "2", State.EXPIRED)
        raw = ledger._db.execute("SELECT reported_rev FROM job WHERE job_id = '1'").fetchone()
        assert raw == (4,)


def test_old_reported_jobs_are_pruned_and_others_kept(path):
    now = [datetime(2026, 11, 23, 8, 0, tzinfo=UTC)]
    with Ledger(path, now=lambda: now[0]) as ledger:
        for number in ("1", "2", "3"):
            bring(ledger, number, State.PRINTED)
        bring(ledger, "4", State.EXPIRED)
        for number, rev in (("1", 4), ("3", 4), ("4", 2)):
            ledger.mark_reported(number, rev)
        now[0] += timedelta(days=31)
        assert ledger.prune() == 2  # 2 was not reported, 3 is the last one sent
        assert [number for number in "1234" if ledger.known(number)] == ["2", "3"]


def test_a_second_process_is_refused(path):
    code = f"from printer.ledger import Ledger; Ledger({str(path)!r})"
    with Ledger(path):
        with pytest.raises(LedgerBusy):
            Ledger(path)
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "LedgerBusy" in result.stderr
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_job_in_doubt_is_unknown_and_stays_so(path):
    with Ledger(path) as ledger:
        row = ledger.doubt("1001", "p1", "ledger_lost")
        assert (row.state, row.rev, row.reason) == (State.UNKNOWN, 1, "ledger_lost")
        assert ledger.doubt("1001", "p1", "again") == row
        assert ledger.enqueue("1001", {}, "p1") == (row, False)
    with Ledger(path) as ledger:
        assert [known.job_id for known in ledger.unreported()] == ["1001"]


def test_an_unreadable_ledger_is_kept_and_the_printer_may_hold_a_leftover(path):
    with Ledger(path) as ledger:
        bring(ledger, "1001", State.PRINTED)
        assert ledger.lost_at is None
    path.write_bytes(b"not a database " * 1000)
    at = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    with Ledger(path, now=lambda: at) as ledger:
        assert ledger.set_aside.kept_as == "ledger.sqlite3.unreadable-1"
        assert ledger.leftover_possible()
        assert ledger.known("1001") is None
    with Ledger(path) as ledger:
        assert (ledger.lost_at, ledger.set_aside) == (at, None)
        bring(ledger, "1002", State.PRINTED)
        assert not ledger.leftover_possible()
    path.write_bytes(b"not a database " * 1000)
    with Ledger(path) as ledger:
        assert ledger.set_aside.kept_as == "ledger.sqlite3.unreadable-2"


def test_a_loss_that_could_not_be_noted_at_once_is_noted_later(path):
    path.with_name(path.name + ".unreadable-1").write_bytes(b"what was set aside on a full disk")
    at = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    for _ in range(2):
        with Ledger(path, now=lambda: at) as ledger:
            assert ledger.lost_at == at
            assert ledger.leftover_possible()


def test_a_disk_that_cannot_be_used_is_told_and_nothing_is_set_aside(path):
    path.mkdir()
    with pytest.raises(sqlite3.OperationalError):
        Ledger(path)
    assert path.is_dir()
    path.rmdir()
    Ledger(path).close()


def test_an_unknown_job_cannot_move(path):
    with Ledger(path) as ledger, pytest.raises(JobUnknown):
        ledger.move("1001", State.PRINTED)


def test_threads_may_share_a_ledger(path):
    with Ledger(path) as ledger:

        def work(name):
            for at in range(10):
                bring(ledger, f"{name}-{at}", State.PRINTED)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ledger.unreported()) == 40


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts the real flushes")
def test_a_printed_job_costs_two_flushes_of_the_disk(tmp_path):
    code = (
        "import sys; from printer.ledger import Ledger, State\n"
        "ledger = Ledger(sys.argv[1])\n"
        "for at in range(int(sys.argv[2])):\n"
        "    ledger.enqueue(str(at), {}, '')\n"
        "    for state in (State.SENDING, State.SENT, State.PRINTED):\n"
        "        ledger.move(str(at), state)\n"
        "    ledger.mark_reported(str(at), 4)\n"
        "import os; os._exit(0)\n"
    )

    def flushes(jobs):
        log = tmp_path / f"trace-{jobs}"
        command = ["strace", "-f", "-o", str(log), "-e", "trace=fsync,fdatasync"]
        ran = subprocess.run(
            [*command, sys.executable, "-c", code, str(tmp_path / f"{jobs}.sqlite3"), str(jobs)],
            capture_output=True,
            check=False,
        )
        if ran.returncode:
            pytest.skip("strace may not trace here")
        return sum("sync(" in line for line in log.read_text().splitlines())

    assert flushes(25) - flushes(5) == 2 * 20
