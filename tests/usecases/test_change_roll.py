"""A new roll of paper: one row of the log, told once."""

from __future__ import annotations

import pytest

from appliance.errors import NotFound, Refused
from appliance.storage import log
from appliance.usecases.change_roll import change_roll, last_changes
from appliance.usecases.issue import issue

STAFF = "staff:lan"


def press(ctx, request_id="roll-0001", printer="printer-1", *, present=True, printed_mm=79_000):
    return change_roll(
        ctx,
        printer,
        present=present,
        printed_mm=printed_mm,
        request_id=request_id,
        actor=STAFF,
    )


def rows(ctx):
    with ctx.db.read() as conn:
        return [row for row in log.after(conn, 0) if row.type == "printer.roll_changed"]


def test_a_change_is_in_the_log_with_who_did_it(ctx):
    change = press(ctx)
    (row,) = rows(ctx)
    assert (row.seq, row.actor, row.request_id) == (change.seq, STAFF, "roll-0001")
    assert row.payload == {"v": 1, "printer": "printer-1", "printed_mm": 79_000}


def test_the_same_press_again_is_the_same_change_even_if_the_agent_is_away(ctx):
    first = press(ctx)
    again = press(ctx, present=False)
    assert (again.seq, again.at, again.repeated) == (first.seq, first.at, True)
    assert len(rows(ctx)) == 1


def test_a_change_that_nobody_would_count_is_refused(ctx):
    with pytest.raises(Refused) as refused:
        press(ctx, present=False)
    assert refused.value.key == "printer_away"
    assert rows(ctx) == []


def test_an_id_of_something_else_is_refused(ctx):
    issue(ctx, "ho-tich", priority=False, kiosk="kiosk-1", request_id="roll-0001", actor="test")
    with pytest.raises(Refused) as refused:
        press(ctx)
    assert refused.value.key == "request_reused"
    assert rows(ctx) == []


def test_a_printer_that_the_office_lacks_is_not_found(ctx):
    with pytest.raises(NotFound):
        press(ctx, printer="printer-9")


def test_the_last_change_of_each_printer_is_found_again_also_on_the_days_after(ctx, clock):
    issue(ctx, "ho-tich", priority=False, kiosk="kiosk-1", request_id="ticket-01", actor="test")
    press(ctx)
    last = press(ctx, "roll-0002")
    with ctx.db.read() as conn:
        assert last_changes(conn) == {"printer-1": last}
    clock.pass_s(48 * 3600)
    issue(ctx, "ho-tich", priority=False, kiosk="kiosk-1", request_id="ticket-02", actor="test")
    with ctx.db.read() as conn:
        assert last_changes(conn) == {"printer-1": last}
