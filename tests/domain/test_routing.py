import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.office import PriorityPolicy
from appliance.domain.routing import Why, choose, returned_position
from appliance.domain.ticket import TicketState
from tests.domain.test_ticket_states import ticket
from tests.support.clocks import MONDAY

POLICY = PriorityPolicy(run=2, normal_wait_limit_s=1200)
BASE = ticket(TicketState.WAITING)


def waiting(position: int, *, priority: bool = False, moved: int = 0, waited_s: int = 0):
    return dataclasses.replace(
        BASE,
        id=position * 100 + moved,
        position=position,
        moved_seq=moved,
        priority=priority,
        issued_at=MONDAY - timedelta(seconds=waited_s),
    )


def test_nobody_waiting_is_no_choice():
    assert choose([], 0, POLICY, MONDAY) is None


def test_one_kind_goes_by_the_order_of_the_queue_whatever_the_clock_said():
    late_clock = waiting(1, waited_s=-500)
    choice = choose([waiting(2, waited_s=900), late_clock], 5, POLICY, MONDAY)
    assert choice is not None
    assert choice.ticket == late_clock
    assert choice.why is Why.ONLY


def test_priority_goes_first_until_its_run_is_used_up():
    queue = [waiting(1), waiting(2, priority=True)]
    first = choose(queue, 0, POLICY, MONDAY)
    third = choose(queue, 2, POLICY, MONDAY)
    assert (first.ticket.position, first.why) == (2, Why.PRIORITY)
    assert (third.ticket.position, third.why) == (1, Why.TURN)


def test_a_normal_ticket_that_waited_past_the_limit_goes_before_priority():
    choice = choose([waiting(1, waited_s=1201), waiting(2, priority=True)], 0, POLICY, MONDAY)
    assert (choice.ticket.position, choice.why) == (1, Why.WAITED)


def test_who_comes_back_goes_behind_the_next_few_and_never_before_the_old_place():
    queue = [waiting(10), waiting(11), waiting(12), waiting(13)]
    assert returned_position(queue, 3, own=2) == 12
    assert returned_position(queue[:2], 3, own=2) == 11
    assert returned_position([], 3, own=2) == 2
    assert returned_position(queue, 0, own=2) == 2
    assert returned_position([waiting(1)], 3, own=5) == 5


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_everybody_is_called_and_no_normal_ticket_sees_more_than_a_run_of_priority(kinds):
    queue = [waiting(n, priority=kind) for n, kind in enumerate(kinds)]
    run, called = 0, []
    while queue:
        normal_waits = any(not t.priority for t in queue)
        choice = choose(queue, run, POLICY, MONDAY)
        queue.remove(choice.ticket)
        called.append(choice.ticket)
        run = run + 1 if choice.ticket.priority else 0
        assert not normal_waits or run <= POLICY.run
    assert sorted(t.position for t in called) == list(range(len(kinds)))
    for kind in (True, False):
        order = [t.position for t in called if t.priority is kind]
        assert order == sorted(order)
