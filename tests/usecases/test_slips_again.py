"""A slip once more, out of use, or at another printer: never two that count."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy.exc import IntegrityError

from appliance.domain.office import Printer
from appliance.domain.paper import PULL_LIMIT_MS, PaperState
from appliance.errors import NotFound, Refused
from appliance.storage import log, prints
from appliance.usecases import queries, snapshots
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.issue import issue
from appliance.usecases.mirror_print import mirror_print
from appliance.usecases.report_device import report_device
from appliance.usecases.reprint import reprint
from appliance.usecases.reroute_print import reroute_queued
from appliance.usecases.slip_jobs import has_standby
from appliance.usecases.void_slip import void_slip

STAFF = "staff:lan"


@pytest.fixture
def ctx2(ctx):
    """Give an office whose first printer has a fallback on another Pi."""
    printers = (Printer("printer-1", "main", "printer-2"), Printer("printer-2", "hall"))
    return dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, printers=printers))


def take(ctx, n: int = 1):
    return issue(
        ctx,
        "ho-tich",
        priority=False,
        kiosk="kiosk-1",
        request_id=f"request-{n}",
        actor="kiosk:kiosk-1",
    )


def told(ctx, job_id: int, state: PaperState, reason: str = "") -> None:
    assert mirror_print(ctx, job_id, state, rev=2, reason=reason, actor="agent:main")


def jobs(ctx) -> list[tuple[int, str, str, bool, str]]:
    with ctx.db.read() as conn:
        found = [prints.get(conn, n) for n in range(1, 20)]
    return [(j.id, j.state.value, j.printer, j.reprint, j.reason) for j in found if j]


def events(ctx, type_: str):
    with ctx.db.read() as conn:
        return [row for row in log.after(conn, 0) if row.type == type_]


def head(ctx) -> int:
    with ctx.db.read() as conn:
        return log.head(conn)


def break_printer(ctx, name: str, state: str = "failed", causes=("paper_out",)) -> None:
    report_device(ctx, name, "printer", state, causes, actor="agent:main")


@pytest.mark.parametrize(
    "end",
    [
        PaperState.PRINTED,
        PaperState.UNCONFIRMED,
        PaperState.UNKNOWN,
        PaperState.FAILED,
        PaperState.EXPIRED,
    ],
)
def test_a_reprint_takes_the_place_of_the_slip_before(ctx, end):
    ticket = take(ctx).ticket
    told(ctx, 1, end)
    done = reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    assert (done.paper, done.printer) == ("queued", "printer-1")
    assert jobs(ctx) == [
        (1, "superseded", "printer-1", False, "reprinted"),
        (2, "queued", "printer-1", True, ""),
    ]
    assert queries.ticket_by_id(ctx, ticket.id).paper == "queued"
    assert {row.actor for row in events(ctx, "print.queued")} == {STAFF}


def test_a_slip_whose_end_is_not_known_yet_is_not_printed_beside_a_second_one(ctx):
    ticket = take(ctx).ticket
    before = head(ctx)
    for verb in (reprint, void_slip):
        with pytest.raises(Refused, match="slip_in_hand"):
            verb(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    assert (head(ctx), len(jobs(ctx))) == (before, 1)


def test_the_same_request_prints_once(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.UNKNOWN)
    reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    before = head(ctx)
    again = reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    assert (again.paper, head(ctx), len(jobs(ctx))) == ("queued", before, 2)


def test_a_request_id_of_another_ticket_or_verb_is_refused(ctx):
    first, second = take(ctx, 1).ticket, take(ctx, 2).ticket
    told(ctx, 1, PaperState.UNKNOWN)
    told(ctx, 2, PaperState.UNKNOWN)
    reprint(ctx, first.id, request_id="reprint-1", actor=STAFF)
    before = head(ctx)
    for verb, ticket in ((reprint, second), (void_slip, second), (void_slip, first)):
        with pytest.raises(Refused, match="request_reused"):
            verb(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    with pytest.raises(Refused, match="request_reused"):
        reprint(ctx, second.id, request_id="request-1", actor=STAFF)
    assert head(ctx) == before


def test_a_late_word_of_the_ledger_never_revives_a_superseded_slip(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.UNKNOWN)
    reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    assert not mirror_print(ctx, 1, PaperState.PRINTED, rev=9, reason="", actor="agent:main")
    assert jobs(ctx)[0][1] == "superseded"


def test_a_void_slip_does_not_count_and_the_ticket_still_waits(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.UNKNOWN)
    assert snapshots.console(ctx, 1)[1]["unprinted"]
    done = void_slip(ctx, ticket.id, request_id="void-0001", actor=STAFF)
    assert (done.paper, done.ticket.state) == ("superseded", "waiting")
    assert snapshots.console(ctx, 1)[1]["unprinted"] == []
    before = head(ctx)
    assert void_slip(ctx, ticket.id, request_id="void-0001", actor=STAFF) == done
    with pytest.raises(Refused, match="no_slip"):
        void_slip(ctx, ticket.id, request_id="void-0002", actor=STAFF)
    assert head(ctx) == before


def test_a_void_slip_can_be_printed_again(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.UNKNOWN)
    void_slip(ctx, ticket.id, request_id="void-0001", actor=STAFF)
    reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    assert [job[1] for job in jobs(ctx)] == ["superseded", "queued"]


def test_a_ticket_that_is_over_gets_no_slip(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.FAILED)
    cancel(ctx, ticket.id, request_id="cancel-1", actor=STAFF)
    with pytest.raises(Refused, match="ticket_over"):
        reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)


def test_the_slip_of_a_called_ticket_can_be_printed_again(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.FAILED)
    call_next(ctx, 1, request_id="call-0001", actor=STAFF)
    assert reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF).paper == "queued"


def test_what_is_not_there_is_named(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.FAILED)
    with pytest.raises(NotFound, match="unknown_ticket"):
        reprint(ctx, 99, request_id="reprint-1", actor=STAFF)
    with pytest.raises(NotFound, match="unknown_printer"):
        reprint(ctx, ticket.id, printer="printer-9", request_id="reprint-1", actor=STAFF)


def test_a_printer_that_cannot_print_is_refused_before_the_old_slip_is_given_up(ctx):
    ticket = take(ctx).ticket
    told(ctx, 1, PaperState.UNKNOWN)
    break_printer(ctx, "printer-1")
    with pytest.raises(Refused) as refused:
        reprint(ctx, ticket.id, request_id="reprint-1", actor=STAFF)
    assert refused.value.fields == {"printer": "printer-1", "cause": "paper_out"}
    assert jobs(ctx)[0][1] == "unknown"


def test_a_clerk_may_choose_where_the_reprint_comes_out(ctx2):
    ticket = take(ctx2).ticket
    told(ctx2, 1, PaperState.UNKNOWN)
    done = reprint(ctx2, ticket.id, printer="printer-2", request_id="reprint-1", actor=STAFF)
    assert done.printer == "printer-2"


def test_the_database_itself_refuses_a_second_slip_that_counts(ctx):
    take(ctx)
    with ctx.db.read() as conn:
        job = prints.get(conn, 1)
    with pytest.raises(IntegrityError), ctx.db.write() as conn:
        prints.add(
            conn,
            ticket_id=job.ticket_id,
            printer="printer-1",
            queued_seq=99,
            queued_at=job.queued_at,
            queued_mono_ms=0,
            boot_id=job.boot_id,
        )


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
