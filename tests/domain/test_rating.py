"""Which press of a ticket counts: stated as properties, and at the edges."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.calendar import OFFICE_ZONE, Hours, Window
from appliance.domain.rating import (
    NEGATIVE,
    SCALES,
    Arming,
    Level,
    Panel,
    Press,
    RatingPolicy,
    Reason,
    Rule,
    armed_until,
    at_work,
    judge,
)

T0 = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ARMED = Arming(T0)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def press(id_: int, seconds: float | None, **more) -> Press:
    when = None if seconds is None else at(seconds)
    return Press(id_, when, more.pop("arming", ARMED), **more)


def rules(*presses: Press) -> list[str]:
    found = judge(presses)
    return [found[one.id].value for one in presses]


presses = st.lists(
    st.builds(
        lambda seconds, arming, right, work: (seconds, arming, right, work),
        st.none() | st.integers(-5_000, 200_000).map(lambda ms: ms / 1000),
        st.sampled_from([None, ARMED, Arming(T0, at(40))]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda rows: [
        press(i, s, arming=a, right_panel=r, at_work=w) for i, (s, a, r, w) in enumerate(rows)
    ]
)


@given(presses)
def test_every_press_has_a_rule_and_at_most_one_counts(found):
    said = judge(found)
    assert set(said) == {one.id for one in found}
    assert list(said.values()).count(Rule.COUNTED) <= 1


@given(presses, st.randoms(use_true_random=False))
def test_the_order_of_arrival_says_nothing(found, chance):
    said = judge(found)
    chance.shuffle(found)
    assert judge(found) == said


@given(presses)
def test_if_any_press_fits_one_counts_and_it_lies_within_5_s_of_the_first(found):
    said = judge(found)
    fit = [
        one
        for one in found
        if said[one.id] in (Rule.COUNTED, Rule.SUPERSEDED, Rule.REPEAT) and one.pressed_at
    ]
    counted = [one for one in fit if said[one.id] is Rule.COUNTED]
    assert len(counted) == bool(fit)
    for one in counted:
        assert one.pressed_at is not None
        first = min(other.pressed_at for other in fit if other.pressed_at)
        assert one.pressed_at - first <= timedelta(seconds=5)


@given(presses)
def test_a_press_that_cannot_count_changes_nothing_for_the_others(found):
    said = judge(found)
    fit = [one for one in found if said[one.id] in (Rule.COUNTED, Rule.SUPERSEDED, Rule.REPEAT)]
    assert judge(fit) == {one.id: said[one.id] for one in fit}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ([10], ["counted"]),
        ([10, 15], ["superseded", "counted"]),
        ([10, 15.001], ["counted", "repeat"]),
        ([10, 14, 18], ["superseded", "counted", "repeat"]),
        ([14, 10], ["counted", "superseded"]),
        ([10, 10], ["superseded", "counted"]),
        ([0, 179.999, 180], ["counted", "repeat", "late"]),
        ([-0.001, 3], ["late", "counted"]),
        ([None, 3], ["unknown_time", "counted"]),
    ],
)
def test_the_latest_within_5_s_of_the_first_counts(seconds, said):
    assert rules(*(press(i, s) for i, s in enumerate(seconds))) == said


def test_the_next_call_ends_the_arming_20_s_later_and_never_makes_it_longer():
    assert Arming(T0, at(40)).until == at(60)
    assert Arming(T0, at(0)).until == at(20)
    assert Arming(T0, at(170)).until == at(180)
    early = Arming(T0, at(40))
    assert rules(press(1, 59.9, arming=early), press(2, 60, arming=early)) == ["counted", "late"]


def test_what_is_wrong_for_several_reasons_is_told_in_one_order():
    everything = {"right_panel": False, "at_work": False, "arming": None}
    assert rules(press(1, None, **everything)) == ["unknown_time"]
    assert rules(press(1, 5, **everything)) == ["wrong_panel"]
    assert rules(press(1, 5, at_work=False, arming=None)) == ["closed"]
    assert rules(press(1, 5, arming=None)) == ["no_ticket"]


def test_a_pressed_panel_invites_only_for_a_change_of_mind():
    assert armed_until(ARMED, None) == at(180)
    assert armed_until(ARMED, at(30)) == at(35)
    assert armed_until(ARMED, at(178)) == at(180)


def test_the_office_serves_for_a_while_after_the_last_number():
    hours = Hours(week=((Window(time(7, 30), time(11, 45)),),) * 7)

    def serves(hour: int, minute: int) -> bool:
        when = datetime(2026, 11, 23, hour, minute, tzinfo=OFFICE_ZONE)
        return at_work(hours, when, timedelta(minutes=60))

    assert [serves(7, 29), serves(7, 30), serves(12, 44), serves(12, 45)] == [
        False,
        True,
        True,
        False,
    ]
    closed = Hours(week=((),) * 7)
    assert not at_work(closed, T0, timedelta(minutes=60))


def test_the_sets_keep_the_official_order_and_each_has_a_bad_end():
    order = list(Level)
    for levels in SCALES.values():
        assert sorted(levels, key=order.index) == list(levels)
        assert levels[0] is Level.VERY_SATISFIED
        assert levels[-1] in NEGATIVE
    assert [len(levels) for levels in SCALES.values()] == [5, 4, 3]
    assert len(Reason) == 6


def test_a_panel_belongs_to_one_counter_and_its_buttons_to_one_agent():
    policy = RatingPolicy(panels=(Panel(1, "panels"), Panel(3)))
    assert policy.panel(1) == Panel(1, "panels")
    assert policy.panel(2) is None
    assert policy.owns("panels", 1)
    assert not policy.owns("main", 1)
    assert not policy.owns("panels", 3)
