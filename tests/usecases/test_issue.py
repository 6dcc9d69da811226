import dataclasses
from datetime import timedelta

import pytest

from appliance.errors import NotFound, Refused
from appliance.storage import log
from appliance.usecases import queries, snapshots
from appliance.usecases.call_next import call_next
from appliance.usecases.issue import issue

KIOSK = {"priority": False, "kiosk": "kiosk-1", "actor": "kiosk:kiosk-1"}


def types(ctx) -> list[str]:
    with ctx.db.read() as conn:
        return [row.type for row in log.after(conn, 0)]


def test_a_ticket_is_waiting_its_slip_is_queued_and_the_log_tells_it(ctx):
    done = issue(ctx, "chung-thuc", request_id="request-1", **KIOSK)
    assert (done.ticket.label, done.ahead, done.paper, done.printer) == (
        "2001",
        0,
        "queued",
        "printer-1",
    )
    view = queries.ticket_by_id(ctx, done.ticket.id)
    assert (view.ticket.state, view.paper, view.ahead, view.today) == ("waiting", "queued", 0, True)
    assert types(ctx) == ["day.opened", "ticket.issued"]


def test_the_same_request_gets_the_same_ticket_and_changes_nothing(ctx):
    first = issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    issue(ctx, "ho-tich", request_id="request-2", **KIOSK)
    before = types(ctx)
    again = issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    assert again.repeated
    assert (again.ticket, again.token, again.ahead) == (first.ticket, first.token, first.ahead)
    assert types(ctx) == before


def test_a_request_id_cannot_be_used_for_something_else(ctx):
    issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    for service, priority in (("chung-thuc", False), ("ho-tich", True)):
        with pytest.raises(Refused) as caught:
            issue(
                ctx,
                service,
                priority=priority,
                kiosk="kiosk-1",
                request_id="request-1",
                actor="kiosk:kiosk-1",
            )
        assert caught.value.key == "request_reused"
    with pytest.raises(Refused):
        call_next(ctx, 1, request_id="request-1", actor="staff:lan")


def test_an_unknown_service_is_refused_before_a_day_is_opened(ctx):
    with pytest.raises(NotFound):
        issue(ctx, "no-such", request_id="request-1", **KIOSK)
    assert types(ctx) == []


def test_a_closed_service_says_when_it_opens_and_nothing_is_changed(ctx, clock):
    clock.pass_s(4 * 3600)
    with pytest.raises(Refused) as caught:
        issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    assert caught.value.key == "service_closed"
    assert caught.value.fields["next_open"] == "2026-11-23T06:00:00.000000Z"
    assert types(ctx) == []


def test_a_series_that_is_used_up_refuses_and_the_others_go_on(ctx):
    small = dataclasses.replace(ctx.office.services[0], daily_cap=1)
    office = dataclasses.replace(ctx.office, services=(small, *ctx.office.services[1:]))
    ctx = dataclasses.replace(ctx, office=office)
    issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    with pytest.raises(Refused) as caught:
        issue(ctx, "ho-tich", request_id="request-2", **KIOSK)
    assert caught.value.key == "series_exhausted"
    assert issue(ctx, "chung-thuc", request_id="request-3", **KIOSK).ticket.label == "2001"


def test_a_clerks_ticket_goes_to_the_first_printer_of_the_office(ctx):
    done = issue(
        ctx, "ho-tich", priority=True, kiosk=None, request_id="request-1", actor="staff:lan"
    )
    assert done.printer == "printer-1"
    assert snapshots.kiosk(ctx, "kiosk-1")[1]["recent"] == []


def test_a_clock_that_goes_back_never_uses_a_number_again_and_is_told_once(ctx, clock):
    issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    clock.at -= timedelta(days=4)
    second = issue(ctx, "ho-tich", request_id="request-2", **KIOSK)
    third = issue(ctx, "ho-tich", request_id="request-3", **KIOSK)
    assert (second.ticket.label, third.ticket.label) == ("1002", "1003")
    assert types(ctx).count("clock.went_back") == 1
    order = [ticket["label"] for ticket in queries.queue(ctx)["waiting"]]
    assert order == ["1001", "1002", "1003"]


def test_a_new_day_starts_again_and_closes_what_was_left(ctx, clock):
    issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    issue(ctx, "ho-tich", request_id="request-2", **KIOSK)
    call_next(ctx, 1, request_id="request-3", actor="staff:lan")
    clock.pass_s(2 * 86400)
    assert queries.queue(ctx)["waiting"] == []
    done = issue(ctx, "ho-tich", request_id="request-4", **KIOSK)
    assert (done.ticket.label, done.ahead) == ("1001", 0)
    assert types(ctx)[-4:] == ["day.opened", "ticket.expired", "ticket.finished", "ticket.issued"]


def test_the_phone_page_of_yesterday_is_dead(ctx, clock):
    done = issue(ctx, "ho-tich", request_id="request-1", **KIOSK)
    assert queries.ticket_by_token(ctx, done.token).today
    clock.pass_s(86400)
    assert not queries.ticket_by_token(ctx, done.token).today


def test_every_stored_ticket_is_free_of_personal_columns(ctx):
    from appliance.storage.tables import metadata

    columns = {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns}
    for word in ("phone", "cccd", "address", "email", "birth", "ip", "audio"):
        assert not [name for name in columns if name.split(".")[1].split("_")[0] == word]
