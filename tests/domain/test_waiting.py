"""The expected wait against a model that plays the queue with the calls' own rules."""

import dataclasses
import math
import random
import statistics
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.office import PriorityPolicy
from appliance.domain.routing import choose
from appliance.domain.ticket import TicketState
from appliance.domain.waiting import (
    Desk,
    ExpectedWait,
    Forecast,
    Queued,
    forecast,
    told,
    usual_s,
)
from tests.domain.test_ticket_states import ticket
from tests.support.clocks import MONDAY

POLICY = PriorityPolicy(run=2, normal_wait_limit_s=1200)
BASE = ticket(TicketState.WAITING)
CODES = ("a", "b", "c", "d")
SECONDS = st.integers(1, 3000)
QUEUES = st.lists(
    st.builds(
        lambda code, priority, waited_s: Queued(0, code, priority, waited_s),
        st.sampled_from(CODES),
        st.booleans(),
        st.integers(0, 3000),
    ),
    min_size=1,
    max_size=25,
).map(lambda queue: [dataclasses.replace(one, id=n) for n, one in enumerate(queue, 1)])
DESKS = st.lists(
    st.builds(
        Desk,
        st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(tuple),
        st.none() | st.sampled_from(CODES),
        st.integers(0, 5000),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
)
USUAL = st.fixed_dictionaries(dict.fromkeys(CODES, SECONDS))


def played(wanted, queue, desks, usual):
    """Play the queue with real tickets and `routing.choose`; seconds and calls, or None."""
    waiting = [
        dataclasses.replace(
            BASE,
            id=one.id,
            position=one.id,
            service=one.service,
            priority=one.priority,
            issued_at=MONDAY - timedelta(seconds=one.waited_s),
        )
        for one in queue
    ]
    free_s = []
    for desk in desks:
        whole = usual.get(desk.busy_with, 0)
        free_s.append(0 if desk.busy_with is None else max(whole - desk.busy_s, whole / 4))
    runs, calls = [desk.priority_run for desk in desks], 0
    while any(free < math.inf for free in free_s):
        n = free_s.index(min(free_s))
        now = MONDAY + timedelta(seconds=free_s[n])
        mine = [one for one in waiting if one.service in desks[n].services]
        choice = choose(mine, runs[n], POLICY, now)
        if choice is None:
            free_s[n] = math.inf
            continue
        if choice.ticket.id == wanted:
            return free_s[n], calls
        calls += 1
        waiting.remove(choice.ticket)
        for other, desk in enumerate(desks):
            if choice.ticket.service in desk.services:
                runs[other] = runs[other] + 1 if choice.ticket.priority else 0
        free_s[n] += usual[choice.ticket.service]
    return None


@given(queue=QUEUES, desks=DESKS, usual=USUAL, who=st.integers(1, 25))
def test_the_forecast_is_what_the_calls_would_do(queue, desks, usual, who):
    wanted = min(who, len(queue))
    found = forecast(wanted, queue, desks, usual, POLICY)
    model = played(wanted, queue, desks, usual)
    assert (found and (pytest.approx(found.after_s), found.calls)) == model


@given(queue=QUEUES, desks=DESKS, usual=USUAL)
def test_everybody_whose_service_a_desk_calls_has_a_forecast_and_nobody_else(queue, desks, usual):
    served = {code for desk in desks for code in desk.services}
    for one in queue:
        found = forecast(one.id, queue, desks, usual, POLICY)
        assert (found is not None) == (one.service in served)


@given(
    ahead=st.integers(0, 60), desks=st.integers(1, 12), each_s=st.integers(30, 1800), late=SECONDS
)
def test_one_service_is_served_in_rounds_and_more_desks_never_take_longer(
    ahead, desks, each_s, late
):
    queue = [Queued(n, "a", False, late) for n in range(1, ahead + 2)]

    def after_s(count):
        found = forecast(ahead + 1, queue, [Desk(("a",))] * count, {"a": each_s}, POLICY)
        return found.after_s

    assert after_s(desks) == ahead // desks * each_s
    assert after_s(desks + 1) <= after_s(desks)


@given(after_s=st.floats(0, 100_000), calls=st.integers(0, 500))
def test_what_is_told_is_in_steps_of_five_and_holds_the_forecast(after_s, calls):
    wait = told(Forecast(after_s, calls))
    assert wait.from_min % 5 == wait.to_min % 5 == 0
    assert 0 <= wait.from_min < wait.to_min
    assert wait.from_min <= after_s / 60 <= wait.to_min


def test_who_is_next_at_a_free_desk_is_told_less_than_five_minutes():
    assert told(Forecast(0.0, 0)) == ExpectedWait(0, 5)


def test_the_range_is_narrower_for_its_length_when_many_are_ahead():
    one, many = told(Forecast(3600.0, 1)), told(Forecast(3600.0, 40))
    assert many.to_min - many.from_min < one.to_min - one.from_min


def test_a_service_that_was_served_twice_has_no_usual_time():
    assert usual_s([300.0], [400.0]) is None
    assert usual_s([], []) is None


def test_the_day_before_tells_until_today_does():
    assert usual_s([], [300.0] * 12) == 300.0
    assert usual_s([100.0] * 4, [300.0] * 8) == 200.0
    assert usual_s([100.0] * 12, []) == 100.0


def test_one_long_case_counts_for_three_usual_ones():
    assert usual_s([100.0, 100.0, 100.0, 14_400.0], []) == 150.0


@given(today=st.lists(SECONDS, max_size=12), earlier=st.lists(SECONDS, max_size=12))
def test_a_usual_time_lies_between_the_shortest_and_the_longest(today, earlier):
    usual = usual_s(today, earlier)
    if len(today) + len(earlier) >= 3:
        assert min(today + earlier) - 1e-6 <= usual <= max(today + earlier) + 1e-6


def test_most_are_called_within_what_they_were_told_and_few_later():
    """Services drawn at random; the queue is played once more with the times that they took."""
    dice = random.Random(20261126)
    within = late = said = 0
    for _ in range(1500):
        desks = [Desk(("a",))] * dice.randint(1, 8)
        queue = [Queued(n, "a", False, 0.0) for n in range(1, dice.randint(2, 50))]
        seen = [dice.lognormvariate(math.log(360), 0.55) for _ in range(12)]
        usual = usual_s(seen, [])
        wait = told(forecast(queue[-1].id, queue, desks, {"a": usual}, POLICY))
        free_s = [0.0] * len(desks)
        for _one in queue[:-1]:
            n = free_s.index(min(free_s))
            free_s[n] += dice.lognormvariate(math.log(360), 0.55)
        truly_min = min(free_s) / 60
        said += 1
        within += wait.from_min <= truly_min <= wait.to_min
        late += truly_min > wait.to_min
    assert within / said > 0.75
    assert late / said < 0.15


def test_services_at_desks_differ_about_as_much_as_is_assumed():
    dice = random.Random(1)
    times = [dice.lognormvariate(math.log(360), 0.55) for _ in range(4000)]
    assert statistics.stdev(times) / statistics.fmean(times) == pytest.approx(0.6, abs=0.05)
