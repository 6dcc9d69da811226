import dataclasses

import pytest

from appliance.domain.paper import PaperState
from appliance.errors import NotFound
from appliance.storage import devices, log
from appliance.usecases import queries, snapshots
from appliance.usecases.issue import issue
from appliance.usecases.mirror_print import give_up_print, mirror_print
from appliance.usecases.report_device import report_device


def head(ctx) -> int:
    with ctx.db.read() as conn:
        return log.head(conn)


@pytest.fixture
def ticket(ctx):
    return issue(
        ctx,
        "ho-tich",
        priority=False,
        kiosk="kiosk-1",
        request_id="request-1",
        actor="kiosk:kiosk-1",
    ).ticket


def paper(ctx, ticket) -> str:
    return queries.ticket_by_id(ctx, ticket.id).paper


def test_only_a_change_of_a_device_is_a_row(ctx):
    report = ("printer-1", "printer", "failed", ("paper_out",))
    assert report_device(ctx, *report, actor="agent:main")
    before = head(ctx)
    assert not report_device(ctx, *report, actor="agent:main")
    assert head(ctx) == before
    assert report_device(ctx, "printer-1", "printer", "ok", (), actor="agent:main")


def test_a_change_that_waited_for_the_link_is_dated_when_it_happened(ctx, clock):
    report_device(ctx, "printer-1", "printer", "ok", (), actor="agent:main", age_ms=90_000)
    with ctx.db.read() as conn:
        since = devices.report_of(conn, "printer-1").since
    assert (clock.now() - since).total_seconds() == 90


@pytest.mark.parametrize("digits", [12, 14, 18, 400])
def test_a_change_of_an_absurd_age_is_as_old_as_its_news(ctx, clock, digits):
    age_ms = 10**digits
    report_device(ctx, "printer-1", "printer", "ok", (), actor="agent:main", age_ms=age_ms)
    with ctx.db.read() as conn:
        assert devices.report_of(conn, "printer-1").since == clock.now()


def test_a_device_tells_the_kiosks_that_feel_it(ctx):
    report_device(ctx, "printer-1", "printer", "failed", ("paper_out",), actor="agent:main")
    with ctx.db.read() as conn:
        assert log.after(conn, 0)[-1].payload["kiosks"] == ["kiosk-1"]
    assert snapshots.kiosk(ctx, "kiosk-1")[1]["printer"]["causes"] == ["paper_out"]


def test_a_printer_that_was_never_heard_of_is_unknown_not_ok(ctx):
    assert snapshots.console(ctx, 1)[1]["printers"][0]["state"] == "unknown"


def test_the_mirror_follows_the_ledger_by_revision_only(ctx, ticket):
    def mirror(state: PaperState, rev: int) -> bool:
        return mirror_print(ctx, 1, state, rev=rev, reason="", actor="agent:main")

    assert mirror(PaperState.UNKNOWN, 2)
    before = head(ctx)
    assert not mirror(PaperState.PRINTED, 2)
    assert not mirror(PaperState.FAILED, 1)
    assert (paper(ctx, ticket), head(ctx)) == ("unknown", before)
    assert mirror(PaperState.PRINTED, 3)
    assert paper(ctx, ticket) == "printed"


def test_the_servers_own_verdict_is_corrected_by_the_ledger_and_never_the_other_way(ctx, ticket):
    assert give_up_print(ctx, 1, PaperState.UNKNOWN, reason="no_word")
    assert mirror_print(ctx, 1, PaperState.PRINTED, rev=2, reason="", actor="agent:main")
    assert not give_up_print(ctx, 1, PaperState.EXPIRED, reason="not_pulled")
    assert paper(ctx, ticket) == "printed"


def test_an_agent_cannot_speak_for_another_agents_printer(ctx, ticket):
    with pytest.raises(NotFound):
        mirror_print(
            ctx,
            1,
            PaperState.PRINTED,
            rev=1,
            reason="",
            actor="agent:other",
            printers=frozenset({"printer-9"}),
        )
    with pytest.raises(NotFound):
        mirror_print(ctx, 99, PaperState.PRINTED, rev=1, reason="", actor="agent:main")
    assert paper(ctx, ticket) == "queued"


def test_a_ticket_without_paper_is_shown_to_the_clerks_until_it_is_called(ctx, ticket):
    assert snapshots.console(ctx, 1)[1]["unprinted"] == []
    give_up_print(ctx, 1, PaperState.EXPIRED, reason="not_pulled")
    (shown,) = snapshots.console(ctx, 1)[1]["unprinted"]
    assert (shown["ticket"]["label"], shown["paper"]) == ("1001", "expired")


def test_a_kiosk_without_a_printer_gives_numbers_on_its_glass_alone(ctx):
    bare = dataclasses.replace(ctx.office.kiosks[0], printer=None)
    ctx = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, kiosks=(bare,)))
    done = issue(
        ctx,
        "ho-tich",
        priority=False,
        kiosk="kiosk-1",
        request_id="request-1",
        actor="kiosk:kiosk-1",
    )
    assert (done.paper, done.printer) == ("none", None)
    state = snapshots.kiosk(ctx, "kiosk-1")[1]
    assert state["printer"] is None
    assert state["recent"][0]["paper"] == "none"
