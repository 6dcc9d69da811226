"""Every way a job can end, against a real simulated printer over TCP."""

import time

import pytest

from printer.build import draw_job
from printer.driver import Printer
from printer.errors import SpoolerDead
from printer.escpos import fence_id
from printer.ledger import Ledger
from printer.link import Deadlines
from printer.spooler import PrintJob, Spooler
from printer.status import Cause, PrinterStatus
from tests.support.paper import begin_ledger

QUICK = Deadlines(connect_s=1, reply_s=0.3, stall_s=0.6, confirm_s=0.8)
PATIENT = Deadlines(connect_s=1, reply_s=0.5, stall_s=1.5, confirm_s=2)
# Every fault at every moment: tests/faults/test_printer_matrix.py.
FAULTS = [
    ({"paper": "out"}, {"paper": "ok"}, "paper_out"),
    ({"cover": "open"}, {"cover": "closed"}, "cover_open"),
    ({"power": "off"}, {"power": "on"}, "unplugged"),
]


def complete(simulator):
    """Fences of the whole slips that the referee saw."""
    return [bytes.fromhex(slip["fence"]) for slip in simulator.state()["slips"] if slip["complete"]]


def test_a_job_is_printed_once_and_the_ledger_knows_it(simulator, open_office):
    office = open_office(simulator.printer())
    office.submit("1001")
    assert office.end_of("1001") == ("printed", "echo")
    assert complete(simulator) == [fence_id("1001")]
    row = office.ledger.known("1001")
    assert (row.rev, row.printer) == (4, f"tcp:127.0.0.1:{simulator.port}")
    assert office.ledger.durable_flushes == 2


def test_the_same_job_again_prints_nothing(simulator, open_office):
    office = open_office(simulator.printer())
    office.submit("1001")
    assert office.submit("1001").state in ("queued", "sending", "sent", "printed")
    office.end_of("1001")
    assert office.submit("1001").state == "printed"
    office.submit("1002")
    office.end_of("1002")
    assert complete(simulator) == [fence_id("1001"), fence_id("1002")]


def test_many_jobs_come_out_in_order(simulator, open_office):
    office = open_office(simulator.printer())
    numbers = [str(1001 + at) for at in range(12)]
    for number in numbers:
        office.submit(number)
    for number in numbers:
        assert office.end_of(number) == ("printed", "echo")
    assert complete(simulator) == [fence_id(number) for number in numbers]
    assert [row.job_id for row in office.ledger.unreported()] == numbers


@pytest.mark.parametrize(("fault", "mend", "cause"), FAULTS)
def test_a_fault_mended_before_the_deadline_only_delays_the_job(
    simulator, open_office, wait, fault, mend, cause
):
    office = open_office(simulator.printer(QUICK))
    simulator.fault(**fault)
    wait(lambda: office.status() == ("failed", [cause]), cause)
    office.submit("1001", within_s=15)
    simulator.fault(**mend)
    assert office.end_of("1001") == ("printed", "echo")
    assert complete(simulator) == [fence_id("1001")]


def test_a_job_past_its_deadline_is_expired_and_never_printed(simulator, open_office):
    office = open_office(simulator.printer())
    office.submit("1001", within_s=-1)
    assert office.end_of("1001") == ("expired", "deadline")
    office.submit("1002")
    office.end_of("1002")
    assert complete(simulator) == [fence_id("1002")]


def test_jobs_behind_a_waiting_one_end_at_their_own_deadline(simulator, open_office, wait):
    simulator.fault(paper="out")
    office = open_office(simulator.printer(QUICK))
    wait(lambda: office.status()[0] == "failed")
    office.submit("1001", within_s=1.5)
    office.submit("1002", within_s=0.1)
    assert office.end_of("1002") == ("failed", "paper_out")
    assert not office.ledger.known("1001").final
    assert office.end_of("1001") == ("failed", "paper_out")


def test_near_end_of_paper_degrades_and_still_prints(simulator, open_office, wait):
    simulator.fault(paper="near_end")
    office = open_office(simulator.printer())
    wait(lambda: office.status() == ("degraded", ["paper_near_end"]))
    office.submit("1001")
    assert office.end_of("1001") == ("printed", "echo")


def test_paper_that_ends_in_the_middle_leaves_the_job_unknown(start_simulator, open_office, wait):
    simulator = start_simulator("--speed", "20")
    simulator.fault(paper_mm=40)
    office = open_office(simulator.printer(PATIENT))
    office.submit("1001")
    assert office.end_of("1001") == ("unknown", "paper_out")
    wait(lambda: office.status() == ("failed", ["paper_out"]))
    assert simulator.state()["printed"] == 0
    simulator.fault(paper="ok")
    wait(lambda: office.status()[0] == "ok")
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    assert complete(simulator) == [fence_id("1002")]
    assert simulator.state()["half"] == 1


@pytest.mark.parametrize("at_byte", [1, 40, 4000, 20_000])
def test_a_connection_lost_at_any_byte_never_doubles_or_mixes_slips(
    simulator, open_office, tmp_path, wait, at_byte
):
    begin_ledger(tmp_path / "ledger.sqlite3")
    office = open_office(simulator.printer(QUICK), poll_interval_s=30)
    wait(lambda: office.status()[0] == "ok")
    # The twelve bytes of the four questions before the slip are no part of it.
    simulator.fault(drop_at_byte=12 + at_byte)
    office.submit("1001")
    assert office.end_of("1001") == ("unknown", "connection_lost")
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    assert complete(simulator) == [fence_id("1002")]


def test_a_connection_lost_inside_the_head_of_a_command_swallows_no_later_slip(simulator, slip):
    """What is asked next must not be taken for the size of a picture: it would never be full."""
    printer = simulator.printer(QUICK)
    data = draw_job(slip("1001"), 576)
    picture, feed, cut = (data.index(head) for head in (b"\x1dv0\x00", b"\x1bJ", b"\x1dV\x42"))
    ends = [*range(1, 20), *range(picture + 1, picture + 9), feed + 1, feed + 2]
    for job, at_byte in enumerate([*ends, cut + 1, cut + 2, cut + 3], 1):
        simulator.fault(drop_at_byte=at_byte)
        assert printer.send(data, fence_id(str(2 * job))).state == "unknown", at_byte
        assert printer.prepare().state == "ok", at_byte
        assert printer.send(data, fence_id(str(2 * job + 1))).state == "printed", at_byte
    printer.close()
    out = complete(simulator)
    assert [out.count(fence_id(str(2 * n + 1))) for n in range(1, job + 1)] == [1] * job


def test_silence_after_the_slip_is_unknown_although_it_was_printed(simulator, open_office, wait):
    office = open_office(simulator.printer(QUICK), poll_interval_s=30)
    wait(lambda: office.status()[0] == "ok")
    original = office.spooler._printer.send

    def silent_then_send(*arguments):
        simulator.fault(silent=True)
        return original(*arguments)

    office.spooler._printer.send = silent_then_send
    office.submit("1001")
    assert office.end_of("1001") == ("unknown", "silent")
    assert complete(simulator) == [fence_id("1001")]
    simulator.fault(silent=False)
    office.spooler._printer.send = original
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    assert complete(simulator) == [fence_id("1001"), fence_id("1002")]


def test_a_hot_head_only_pauses_the_slip(start_simulator, open_office, wait):
    simulator = start_simulator("--speed", "1")
    office = open_office(simulator.printer())
    office.submit("1001")
    wait(lambda: simulator.state()["uncut"]["ink"], "first ink")
    simulator.fault(overheat=True)
    simulator.fault(overheat=False)
    assert office.end_of("1001") == ("printed", "echo")


def test_a_printer_without_process_id_is_believed_by_its_fence(simulator, open_office):
    office = open_office(simulator.printer(profile="KR-306"))
    for number in ("1001", "1002"):
        office.submit(number)
        assert office.end_of(number) == ("printed", "fence")
    state = simulator.state()
    assert (state["printed"], state["half"], state["unknown_commands"]) == (2, 0, 0)


def test_a_path_that_cannot_answer_gives_unconfirmed(simulator, open_office, wait):
    simulator.fault(silent=True)
    office = open_office(simulator.printer(can_answer=False))
    office.submit("1001")
    assert office.end_of("1001") == ("unconfirmed", "cannot_answer")
    assert office.status() == ("unknown", ["cannot_answer"])
    wait(lambda: simulator.state()["printed"] == 1)


def test_an_unplugged_printer_is_noticed_and_noticed_again_within_ten_seconds(
    simulator, open_office, wait
):
    office = open_office(simulator.printer(), poll_interval_s=2.0)
    wait(lambda: office.status()[0] == "ok")
    before = office.changes
    simulator.fault(power="off")
    began_s = time.monotonic()
    wait(lambda: office.status() == ("failed", ["unplugged"]), timeout_s=10)
    simulator.fault(power="on")
    wait(lambda: office.status()[0] == "ok", timeout_s=10)
    assert time.monotonic() - began_s < 10
    assert office.changes >= before + 2


def test_a_slip_that_cannot_be_drawn_fails_alone_and_is_told_until_the_next(
    simulator, open_office, wait
):
    office = open_office(simulator.printer())
    wait(lambda: office.status() == ("ok", []))
    office.submit("1001", service="Hộ tịch 漢")
    assert office.end_of("1001") == ("failed", "printer.glyph_missing")
    wait(lambda: office.status() == ("degraded", ["slip_undrawable"]))
    simulator.fault(cover="open")
    wait(lambda: office.status() == ("failed", ["cover_open"]), "the worse is told")
    simulator.fault(cover="closed")
    wait(lambda: office.status() == ("degraded", ["slip_undrawable"]))
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    wait(lambda: office.status() == ("ok", []))


def test_status_too_old_is_unknown(simulator, tmp_path):
    now_s = [1000.0]
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        spooler = Spooler(simulator.printer(), ledger, monotonic=lambda: now_s[0])
        spooler._seen = (PrinterStatus("ok"), 990.0, 999.0)
        assert spooler.status.printer.state == "ok"
        now_s[0] += 9.5
        assert spooler.status.printer == PrinterStatus("unknown", (Cause.SILENT,))
        assert spooler.status.age_s == 10.5


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_worker_is_visible(simulator, slip, tmp_path, wait):
    class Broken(Printer):
        def check(self):
            raise RuntimeError("a bug")

    printer = simulator.printer()
    told = []
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        broken = Broken(printer._link._transport, 576)
        spooler = Spooler(broken, ledger, on_change=lambda: told.append(1))
        spooler.start()
        wait(lambda: not spooler.alive)
        assert isinstance(spooler.error, RuntimeError)
        assert told
        assert spooler.status.printer.state == "unknown"
        with pytest.raises(SpoolerDead):
            spooler.submit(PrintJob("1001", slip(), time.monotonic() + 15))


def test_stop_finishes_the_slip_in_hand(start_simulator, open_office, wait):
    simulator = start_simulator("--speed", "1")
    office = open_office(simulator.printer())
    office.submit("1001")
    office.submit("1002")
    wait(lambda: simulator.state()["uncut"]["ink"])
    assert office.spooler.stop(20)
    assert office.end_of("1001") == ("printed", "echo")
    assert office.ledger.known("1002").state == "queued"
    assert complete(simulator) == [fence_id("1001")]
