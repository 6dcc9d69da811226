"""Who is called next, through the use cases: priority and normal citizens at shared counters."""

import pytest

from appliance.usecases import queries
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.finish import finish
from appliance.usecases.recall import recall
from tests.support.numbers import take_number

NORMAL, PRIORITY = False, True


@pytest.fixture
def take(ctx, fresh_id):
    def take(priority, service="ho-tich"):
        return take_number(ctx, fresh_id(), service, priority=priority).ticket.id

    return take


@pytest.fixture
def do(ctx, fresh_id):
    return lambda verb, what: verb(ctx, what, request_id=fresh_id(), actor="staff:lan")


@pytest.mark.parametrize("recalled_after", [1, 2])
def test_a_recall_of_a_normal_ticket_gives_priority_no_further_run(ctx, take, do, recalled_after):
    take(NORMAL, "chung-thuc")
    take(NORMAL)
    do(call_next, 2)
    for _ in range(4):
        take(PRIORITY)
    first = do(call_next, 1)
    if recalled_after == 1:
        do(recall, 2)
    calls = [first, do(call_next, 1)]
    if recalled_after == 2:
        do(recall, 2)
    calls.append(do(call_next, 1))
    assert [call.why for call in calls] == ["priority", "priority", "normal_turn"]


def test_priority_calls_from_before_a_normal_one_came_do_not_count(take, do):
    for _ in range(3):
        take(PRIORITY)
    assert [do(call_next, 1).why for _ in range(3)] == ["only_kind"] * 3
    take(NORMAL)
    for _ in range(3):
        take(PRIORITY)
    assert [do(call_next, 1).why for _ in range(3)] == ["priority", "priority", "normal_turn"]


def test_the_run_of_an_absent_normal_ticket_begins_when_it_is_back(take, do):
    gone = take(NORMAL)
    do(call_next, 1)
    do(absent, 1)
    for _ in range(3):
        take(PRIORITY)
    do(call_next, 1)
    do(call_next, 1)
    do(bring_back, gone)
    # It stands behind the third, which is called first by both rules.
    assert do(call_next, 1).why == "priority"
    for _ in range(2):
        take(PRIORITY)
    calls = [do(call_next, 1) for _ in range(2)]
    assert [(call.ticket.id == gone, call.why) for call in calls] == [
        (False, "priority"),
        (True, "normal_turn"),
    ]


def test_priority_that_came_first_is_called_before_a_normal_one_that_waited_for_an_hour(
    ctx, take, do, clock
):
    first = take(PRIORITY)
    clock.pass_s(1)
    normal = take(NORMAL)
    clock.pass_s(3600)
    later = take(PRIORITY)
    calls = [do(call_next, 1) for _ in range(3)]
    assert [call.ticket.id for call in calls] == [first, normal, later]
    assert [call.why for call in calls] == ["priority", "waited_too_long", "only_kind"]


def test_who_is_told_the_wait_is_told_it_with_the_run_of_priority_calls_so_far(
    ctx, take, do, clock
):
    for _ in range(3):
        take(NORMAL, "dat-dai")
        do(call_next, 3)
        clock.pass_s(300)
        do(finish, 3)
    normal = take(NORMAL, "dat-dai")
    for _ in range(4):
        take(PRIORITY, "dat-dai")

    def told_from_min():
        return queries.ticket_by_id(ctx, normal).wait.from_min

    before = told_from_min()
    for _ in range(2):
        assert do(call_next, 3).why == "priority"
        clock.pass_s(300)
        do(finish, 3)
    assert (before, told_from_min()) == (5, 0)
    assert do(call_next, 3).ticket.id == normal
