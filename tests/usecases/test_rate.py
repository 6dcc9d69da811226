"""Presses through the use cases: stored always, counted by the rules, told to nobody."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from appliance.domain.calendar import office_day
from appliance.domain.rating import OLDEST_MS, Level, Reason, Rule, Via
from appliance.errors import Invalid, NotFound, Refused
from appliance.protocol.agent import PressRow
from appliance.storage import log, ratings
from appliance.usecases import panel
from appliance.usecases.handle_press import handle_press
from appliance.usecases.rate import give_reasons
from tests.support.ratings import call, end, fresh, press, served, take


def tally(ctx):
    with ctx.db.read() as conn:
        day = office_day(ctx.clock.now())
        return {one.counter: one for one in ratings.tallies(conn, day)}


def armed(ctx, counter=1):
    with ctx.db.read() as conn:
        return panel.armed(conn, counter, ctx.clock.now())


def pin(ctx, counter=1, level="hai_long", age_ms=0, agent="panels", **more):
    row = PressRow(
        request_id=more.pop("request_id", None) or fresh(),
        press="rate",
        button="panels-gpio2",
        age_ms=age_ms,
        counter=counter,
        level=level,
    )
    return handle_press(ctx, row, actor=f"agent:{agent}")


def test_a_press_after_the_service_counts_for_the_ticket_that_was_served(ctx, clock):
    ticket = served(ctx)
    clock.pass_s(30)
    done = press(ctx, level="rat_hai_long")
    assert (done.rule, done.ticket_id) == (Rule.COUNTED, ticket)
    assert tally(ctx)[1].levels == {"rat_hai_long": 1}
    with ctx.db.read() as conn:
        found = ratings.counted(conn, ticket)
    assert found is not None
    assert (found.level, found.scale) == (Level.VERY_SATISFIED, "hai-long-5")


def test_the_same_request_again_is_the_same_press(ctx):
    served(ctx)
    first = press(ctx, request_id="press-000001")
    again = press(ctx, request_id="press-000001")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.rule is Rule.COUNTED
    assert tally(ctx)[1].n == 1
    assert tally(ctx)[1].excluded == {}


def test_a_change_of_mind_supersedes_and_a_later_press_is_a_repeat(ctx, clock):
    served(ctx)
    clock.pass_s(10)
    press(ctx, level="khong_hai_long")
    clock.pass_s(4)
    assert press(ctx, level="hai_long").rule is Rule.COUNTED
    clock.pass_s(4)
    assert press(ctx, level="rat_hai_long").rule is Rule.REPEAT
    assert tally(ctx)[1].levels == {"hai_long": 1}
    assert tally(ctx)[1].excluded == {"superseded": 1, "repeat": 1}


def test_a_press_that_comes_after_a_later_one_is_judged_by_its_own_time(ctx, clock):
    served(ctx)
    clock.pass_s(60)
    assert pin(ctx, level="hai_long", age_ms=20_000).outcome == "done"
    result = pin(ctx, level="rat_khong_hai_long", age_ms=50_000)
    assert (result.outcome, result.code) == ("done", "")
    assert tally(ctx)[1].levels == {"rat_khong_hai_long": 1}
    assert tally(ctx)[1].excluded == {"repeat": 1}


def test_a_rating_delivered_an_hour_later_counts_by_its_true_time(ctx, clock):
    ticket = served(ctx)
    clock.pass_s(3600)
    served(ctx)
    result = pin(ctx, age_ms=3_590_000)
    assert (result.outcome, result.code) == ("done", "")
    with ctx.db.read() as conn:
        assert ratings.counted(conn, ticket) is not None


def test_a_rating_of_unknown_age_is_stored_and_excluded(ctx):
    served(ctx)
    result = pin(ctx, age_ms=None)
    assert (result.outcome, result.code) == ("refused", "unknown_time")
    assert tally(ctx)[1].excluded == {"unknown_time": 1}


def test_a_rating_of_30_days_ago_has_its_time_and_an_older_one_none(ctx, clock):
    """An agent may have been cut off over a weekend, or over all of Tet."""
    ticket = served(ctx)
    clock.pass_s(30 * 24 * 3600)
    assert pin(ctx, age_ms=OLDEST_MS).outcome == "done"
    with ctx.db.read() as conn:
        assert ratings.counted(conn, ticket) is not None
    result = pin(ctx, age_ms=OLDEST_MS + 1)
    assert (result.outcome, result.code) == ("refused", "unknown_time")
    assert tally(ctx)[1].excluded == {"unknown_time": 1}


def test_the_window_ends_three_minutes_after_the_end_or_20_s_after_the_next_call(ctx, clock):
    served(ctx)
    clock.pass_s(180)
    assert press(ctx).rule is Rule.LATE
    take(ctx, 1)
    take(ctx, 1)
    call(ctx, 1)
    end(ctx, 1)
    clock.pass_s(30)
    call(ctx, 1)
    clock.pass_s(19.9)
    assert armed(ctx) is not None
    assert press(ctx).rule is Rule.COUNTED
    clock.pass_s(0.1)
    assert press(ctx).rule is Rule.LATE


def test_calling_the_next_finishes_the_last_and_arms_for_20_s(ctx, clock):
    first = take(ctx, 1)
    take(ctx, 1)
    call(ctx, 1)
    clock.pass_s(300)
    call(ctx, 1)
    found = armed(ctx)
    assert found is not None
    assert (found.ticket_id, found.until - clock.now()) == (first, timedelta(seconds=20))


def test_nobody_served_today_is_no_ticket(ctx, clock):
    assert press(ctx).rule is Rule.NO_TICKET
    served(ctx)
    clock.pass_s(2 * 86400)
    assert press(ctx).rule is Rule.NO_TICKET


def test_a_ticket_that_the_new_day_finished_arms_nobodys_panel(ctx, clock):
    take(ctx, 1)
    call(ctx, 1)
    clock.pass_s(2 * 86400)
    take(ctx, 1)
    assert armed(ctx) is None
    assert press(ctx).rule is Rule.NO_TICKET


def test_the_panel_of_another_counter_is_the_wrong_one(ctx):
    served(ctx, 1)
    other = served(ctx, 2)
    assert press(ctx, 1, right_panel=False).rule is Rule.WRONG_PANEL
    assert press(ctx, 1, ticket_id=other).rule is Rule.WRONG_PANEL
    assert pin(ctx, 1, agent="main").code == "wrong_panel"
    assert pin(ctx, 4, agent="panels").code == "wrong_panel"


def test_a_press_long_after_closing_is_closed_but_not_within_the_hour(ctx, clock):
    clock.pass_s(3600 * 3.6)  # 11:41
    take(ctx, 1)
    call(ctx, 1)
    clock.pass_s(3600)  # 12:41, an hour after the last number would be 12:45
    end(ctx, 1)
    assert press(ctx).rule is Rule.COUNTED
    clock.pass_s(300)
    assert press(ctx).rule is Rule.CLOSED


def test_a_ticket_that_was_not_served_cannot_be_rated(ctx):
    waiting = take(ctx, 1)
    assert press(ctx, ticket_id=waiting).rule is Rule.NO_TICKET
    assert press(ctx, ticket_id=9_999).rule is Rule.NO_TICKET


def test_a_phone_and_a_panel_share_the_one_rating_of_a_ticket(ctx, clock):
    ticket = served(ctx)
    press(ctx, level="hai_long")
    clock.pass_s(10)
    phone = press(ctx, level="rat_khong_hai_long", via=Via.PHONE, ticket_id=ticket)
    assert phone.rule is Rule.REPEAT
    assert tally(ctx)[1].n == 1


@pytest.mark.parametrize("code", ["hai-long-4", "hai-long-3"])
def test_a_level_that_the_office_does_not_ask_for_is_refused(ctx, code):
    policy = dataclasses.replace(ctx.office.rating, scale=code)
    short = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, rating=policy))
    with pytest.raises(Invalid):
        press(short, level="binh_thuong")
    assert pin(short, level="binh_thuong").code == "bad_field"
    assert press(short, level="hai_long").rule is Rule.NO_TICKET
    assert tally(short)[1].scale == code


def test_an_unknown_counter_and_a_reused_request_are_refused(ctx):
    with pytest.raises(NotFound):
        press(ctx, 77)
    issued = fresh()
    from appliance.usecases.issue import issue

    issue(ctx, "ho-tich", priority=False, kiosk="kiosk-1", request_id=issued, actor="kiosk:x")
    with pytest.raises(Refused):
        press(ctx, request_id=issued)
    refused = pin(ctx, request_id=issued)
    assert (refused.outcome, refused.code) == ("refused", "request_reused")


def test_a_pressed_panel_stays_armed_for_a_change_of_mind_only(ctx, clock):
    served(ctx)
    clock.pass_s(10)
    press(ctx)
    found = armed(ctx)
    assert found is not None
    assert found.rated
    assert found.until - clock.now() == timedelta(seconds=5)
    clock.pass_s(5)
    assert armed(ctx) is None


def test_the_lights_of_an_agents_panels_are_told_in_real_time(ctx, clock):
    with ctx.db.read() as conn:
        assert panel.lights(ctx, conn, "panels", 0) == []
    served(ctx)
    clock.pass_s(60)
    with ctx.db.read() as conn:
        (light,) = panel.lights(ctx, conn, "panels", 0)
        assert panel.lights(ctx, conn, "panels", light.seq) == []
        assert panel.lights(ctx, conn, "main", 0) == []
    assert (light.counter, light.left_ms) == (1, 120_000)
    press(ctx)
    with ctx.db.read() as conn:
        (light,) = panel.lights(ctx, conn, "panels", light.seq)
    assert light.left_ms == 5_000


def test_reasons_are_a_row_of_their_own_and_only_for_the_dissatisfied(ctx):
    served(ctx)
    press(ctx, level="khong_hai_long", request_id="bad-press-01")
    press(ctx, level="hai_long", request_id="good-press-1")

    def say(of: str, request_id: str, owner: int = 1, via: Via = Via.PAGE) -> None:
        give_reasons(
            ctx,
            of,
            (Reason.LONG_WAIT, Reason.LONG_WAIT, Reason.OTHER),
            via=via,
            owner=owner,
            request_id=request_id,
            actor="panel:1",
        )

    with pytest.raises(NotFound):
        say("no-such-press", "reason-0001")
    with pytest.raises(NotFound):
        say("bad-press-01", "reason-0001", owner=2)
    with pytest.raises(NotFound):
        say("bad-press-01", "reason-0001", via=Via.PHONE)
    with pytest.raises(Refused):
        say("good-press-1", "reason-0001")
    say("bad-press-01", "reason-0001")
    say("bad-press-01", "reason-0001")
    with pytest.raises(Refused):
        say("bad-press-01", "reason-0002")
    with ctx.db.read() as conn:
        rows = [row for row in log.after(conn, 0) if row.type == "rating.reasoned"]
    assert [row.payload["reasons"] for row in rows] == [["cho_lau", "khac"]]
