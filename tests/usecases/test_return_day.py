"""A clock that was ahead: the true day opens again, no number is doubled, nothing is lost."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from appliance.domain.calendar import office_day
from appliance.errors import Refused
from appliance.health.checks import Finding
from appliance.health.checks.clock_day import ClockDay
from appliance.storage import days, log
from appliance.storage.audit import audit
from appliance.usecases import queries
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.issue import issue
from appliance.usecases.return_day import Returned, return_day

YEAR = timedelta(weeks=52)
MONDAY, NEXT_YEAR = date(2026, 11, 23), date(2027, 11, 22)


@pytest.fixture
def take(ctx, fresh_id):
    def take_() -> str:
        how = {"priority": False, "kiosk": "kiosk-1", "actor": "kiosk:kiosk-1"}
        return issue(ctx, "ho-tich", request_id=fresh_id(), **how).ticket.label

    return take_


def check(ctx) -> Finding:
    def last_opened():
        with ctx.db.read() as conn:
            return days.last_opened(conn)

    return ClockDay(last_opened, ctx.clock.now).look()


def events(ctx):
    with ctx.db.read() as conn:
        return log.after(conn, 0, limit=1000)


def assert_sound(ctx) -> None:
    assert audit(ctx.db.path).problems == []
    with ctx.db.read() as conn:
        rows = conn.exec_driver_sql("SELECT day, series, number FROM tickets").fetchall()
    assert max(Counter(rows).values()) == 1


def test_the_true_day_goes_on_with_its_numbers_and_so_does_the_later_one_when_it_comes(
    ctx, clock, take
):
    assert check(ctx) == Finding("ok")
    assert [take(), take()] == ["1001", "1002"]
    clock.at += YEAR
    assert take() == "1001"
    assert check(ctx) == Finding("ok")
    clock.at -= YEAR
    assert take() == "1002", "the later day stays open until somebody has looked"
    assert check(ctx) == Finding("failed", ("clock_went_back",))

    assert return_day(ctx, end_tickets=True, actor="local") == Returned(MONDAY, NEXT_YEAR, 2)
    assert check(ctx) == Finding("ok")
    assert take() == "1003"
    clock.at += timedelta(days=2)
    assert take() == "1001", "the days that follow open by themselves"
    clock.at += YEAR - timedelta(days=2)
    assert take() == "1003", "the later day was open before"
    assert queries.queue(ctx)["day"] == NEXT_YEAR.isoformat()
    assert_sound(ctx)


def test_a_day_that_was_never_open_begins_with_the_first_number(ctx, clock, take):
    clock.at += YEAR
    assert take() == "1001"
    clock.at -= YEAR
    return_day(ctx, end_tickets=True, actor="local")
    assert take() == "1001"
    assert queries.queue(ctx)["day"] == MONDAY.isoformat()
    assert_sound(ctx)


def test_the_log_tells_who_put_it_right_and_what_became_of_the_tickets(ctx, clock, take, fresh_id):
    clock.at += YEAR
    take(), take()
    call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    clock.at -= YEAR
    before = len(events(ctx))
    assert return_day(ctx, end_tickets=True, actor="local").ended == 2
    opened, *ended = events(ctx)[before:]
    assert (opened.type, opened.actor) == ("day.opened", "local")
    assert (opened.payload["day"], opened.payload["instead_of"]) == (
        MONDAY.isoformat(),
        NEXT_YEAR.isoformat(),
    )
    assert [row.type for row in ended] == ["ticket.expired", "ticket.finished"]
    assert_sound(ctx)


def test_tickets_that_people_hold_are_not_ended_unasked(ctx, clock, take, fresh_id):
    clock.at += YEAR
    take(), take()
    call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    clock.at -= YEAR
    before = events(ctx)
    with pytest.raises(Refused) as caught:
        return_day(ctx, end_tickets=False, actor="local")
    assert (caught.value.key, caught.value.fields) == ("tickets_open", {"waiting": 1, "open": 1})
    assert events(ctx) == before
    call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    assert return_day(ctx, end_tickets=False, actor="local").ended == 0


@pytest.mark.parametrize("opened", [False, True])
def test_a_clock_that_is_not_behind_is_refused_and_nothing_is_changed(ctx, clock, take, opened):
    if opened:
        take()
        clock.at += timedelta(days=2)
    before = events(ctx)
    with pytest.raises(Refused) as caught:
        return_day(ctx, end_tickets=True, actor="local")
    assert caught.value.key == "clock_not_behind"
    assert caught.value.fields["clock"] == f"{office_day(clock.now()):%d/%m/%Y}"
    assert events(ctx) == before


def test_who_was_absent_before_the_jump_may_still_come_back(ctx, clock, take, fresh_id):
    take()
    called = call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan").ticket
    assert called is not None
    absent(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    clock.at += YEAR
    take()
    clock.at -= YEAR
    with pytest.raises(Refused):
        bring_back(ctx, called.id, request_id=fresh_id(), actor="staff:lan")
    return_day(ctx, end_tickets=True, actor="local")
    back = bring_back(ctx, called.id, request_id=fresh_id(), actor="staff:lan").ticket
    assert back is not None
    assert back.state == "waiting"
    assert_sound(ctx)
