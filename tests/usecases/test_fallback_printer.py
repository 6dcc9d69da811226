"""A slip that its printer cannot print comes out at another one, while its citizen waits."""

from __future__ import annotations

import dataclasses

import pytest

from appliance.domain.office import Printer
from appliance.domain.paper import PULL_LIMIT_MS, PaperState
from appliance.storage import prints
from appliance.usecases import snapshots
from appliance.usecases.report_device import report_device
from appliance.usecases.reroute_print import reroute_queued
from appliance.usecases.slip_jobs import has_standby
from tests.support.slips import break_printer, jobs, stand_in, take, told


@pytest.fixture
def ctx2(ctx):
    return stand_in(ctx)


@pytest.mark.parametrize(
    ("state", "causes"), [("failed", ("paper_out",)), ("unknown", ("link_lost",))]
)
def test_a_ticket_goes_to_the_fallback_while_its_printer_cannot_print(ctx2, state, causes):
    break_printer(ctx2, "printer-1", state, causes)
    assert snapshots.kiosk(ctx2, "kiosk-1")[1]["standby"] == "printer-2"
    issued = take(ctx2)
    assert issued.printer == "printer-2"
    assert snapshots.kiosk(ctx2, "kiosk-1")[1]["recent"][0]["printer"] == "printer-2"
    report_device(ctx2, "printer-1", "printer", "ok", (), actor="agent:main")
    assert take(ctx2, 2).printer == "printer-1"
    assert snapshots.kiosk(ctx2, "kiosk-1")[1]["standby"] is None


def test_a_slip_waits_for_its_own_printer_where_no_other_can_print(ctx2, ctx):
    with ctx2.db.read() as conn:
        assert has_standby(conn, ctx2.office, "printer-1")
        assert not has_standby(conn, ctx2.office, "printer-2")
        assert not has_standby(conn, ctx.office, "printer-1")
    break_printer(ctx2, "printer-2")
    with ctx2.db.read() as conn:
        assert not has_standby(conn, ctx2.office, "printer-1")


def test_where_the_fallback_is_bad_too_the_slip_waits_at_its_own_printer(ctx2):
    break_printer(ctx2, "printer-1")
    break_printer(ctx2, "printer-2")
    assert take(ctx2).printer == "printer-1"


def test_a_slip_that_failed_before_its_first_byte_goes_on_to_the_fallback(ctx2, clock):
    take(ctx2)
    break_printer(ctx2, "printer-1")
    told(ctx2, 1, PaperState.FAILED, "paper_out")
    assert jobs(ctx2) == [
        (1, "superseded", "printer-1", False, "rerouted"),
        (2, "queued", "printer-2", False, ""),
    ]
    with ctx2.db.read() as conn:
        first, second = prints.get(conn, 1), prints.get(conn, 2)
    assert second.queued_mono_ms == first.queued_mono_ms, "it inherits the citizen's wait"


@pytest.mark.parametrize("end", [PaperState.UNKNOWN, PaperState.EXPIRED, PaperState.PRINTED])
def test_a_slip_that_may_be_on_paper_or_is_late_never_goes_on(ctx2, end):
    take(ctx2)
    break_printer(ctx2, "printer-1")
    told(ctx2, 1, end)
    assert [job[1] for job in jobs(ctx2)] == [end.value]


def test_nothing_goes_on_to_the_fallback_when_the_citizens_wait_is_over(ctx2, clock):
    take(ctx2)
    break_printer(ctx2, "printer-1")
    clock.pass_s(PULL_LIMIT_MS / 1000 + 1)
    told(ctx2, 1, PaperState.FAILED, "paper_out")
    assert [job[1] for job in jobs(ctx2)] == ["failed"]


def test_a_queued_slip_moves_only_from_a_printer_that_cannot_print(ctx2):
    take(ctx2)
    assert not reroute_queued(ctx2, 1)
    break_printer(ctx2, "printer-1", "unknown", ("link_lost",))
    assert reroute_queued(ctx2, 1)
    assert not reroute_queued(ctx2, 1)
    assert [job[1:3] for job in jobs(ctx2)] == [
        ("superseded", "printer-1"),
        ("queued", "printer-2"),
    ]


def test_printers_that_stand_in_for_each_other_do_not_send_a_slip_round_for_ever(ctx):
    printers = (
        Printer("printer-1", "main", "printer-2"),
        Printer("printer-2", "main", "printer-1"),
    )
    both = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, printers=printers))
    assert both.office.with_fallbacks("printer-2") == ["printer-2", "printer-1"]
    take(both)
    break_printer(both, "printer-1")
    told(both, 1, PaperState.FAILED, "paper_out")
    break_printer(both, "printer-2")
    told(both, 2, PaperState.FAILED, "paper_out")
    assert [job[1] for job in jobs(both)] == ["superseded", "failed"]


def test_a_slip_that_no_printer_can_draw_is_refused_by_each_once(ctx):
    """Nothing is wrong with the printers: a logo that is gone, a name too wide."""
    printers = (
        Printer("printer-1", "main", "printer-2"),
        Printer("printer-2", "main", "printer-1"),
    )
    both = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, printers=printers))
    take(both)
    told(both, 1, PaperState.FAILED, "printer.layout_invalid")
    told(both, 2, PaperState.FAILED, "printer.layout_invalid")
    assert [job[1:3] for job in jobs(both)] == [
        ("superseded", "printer-1"),
        ("failed", "printer-2"),
    ]
