"""A slip once more, out of use, or at another printer: never two that count."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from appliance.domain.paper import PaperState
from appliance.errors import NotFound, Refused
from appliance.storage import prints
from appliance.usecases import queries, snapshots
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.mirror_print import mirror_print
from appliance.usecases.reprint import reprint
from appliance.usecases.reroute_print import reroute_queued
from appliance.usecases.void_slip import void_slip
from tests.support.slips import break_printer, events, head, jobs, stand_in, take, told

STAFF = "staff:lan"


@pytest.fixture
def ctx2(ctx):
    return stand_in(ctx)


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


def test_a_repeated_request_names_the_printer_that_took_the_slip_over(ctx2):
    assert take(ctx2).printer == "printer-1"
    break_printer(ctx2, "printer-1")
    assert reroute_queued(ctx2, 1)
    again = take(ctx2)
    assert (again.repeated, again.paper, again.printer) == (True, "queued", "printer-2")


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
