import dataclasses
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.office import PriorityPolicy
from appliance.domain.routing import Why, choose, first_of, returned_position
from appliance.domain.ticket import Ticket, TicketState
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


def test_priority_that_stands_first_goes_first_whatever_the_run_and_however_long_others_waited():
    queue = [waiting(1, priority=True, waited_s=1500), waiting(2, waited_s=1400)]
    choice = choose(queue, POLICY.run, POLICY, MONDAY)
    assert (choice.ticket.position, choice.why) == (1, Why.PRIORITY)


@dataclass(frozen=True)
class Call:
    """A call of a played day: who went, and who else waited then."""

    at_s: int
    ticket: Ticket
    why: Why
    others: tuple[Ticket, ...]

    def waited_s(self, ticket):
        return self.at_s - (ticket.issued_at - MONDAY).total_seconds()

    def overtaken(self, *, priority):
        """Who of that kind stood before the called one."""
        return [t for t in self.others if t.priority is priority and t.order < self.ticket.order]


def played(arrivals, service_s):
    """One counter serves citizens who come at (second, priority), until nobody waits."""
    coming = [
        dataclasses.replace(
            waiting(n, priority=priority), issued_at=MONDAY + timedelta(seconds=at_s)
        )
        for n, (at_s, priority) in enumerate(arrivals, 1)
    ]
    now_s, called = 0, []
    while coming:
        here = [t for t in coming if t.issued_at <= MONDAY + timedelta(seconds=now_s)]
        if not here:
            now_s = int((coming[0].issued_at - MONDAY).total_seconds())
            continue
        normal = first_of(here, priority=False)
        run = 0
        for call in reversed(called):
            if not call.ticket.priority or normal not in call.others:
                break
            run += 1
        choice = choose(here, run, POLICY, MONDAY + timedelta(seconds=now_s))
        coming.remove(choice.ticket)
        others = tuple(t for t in here if t is not choice.ticket)
        called.append(Call(now_s, choice.ticket, choice.why, others))
        now_s += service_s
    return called


DAYS = st.tuples(
    st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=80),
    st.integers(1, 600),
)


def day_of(gaps):
    at_s, arrivals = 0, []
    for gap_s, priority in gaps:
        at_s += gap_s
        arrivals.append((at_s, priority))
    return arrivals


@given(DAYS)
def test_everybody_is_called_and_each_kind_in_the_order_of_the_queue(day):
    called = [call.ticket for call in played(day_of(day[0]), day[1])]
    assert sorted(t.position for t in called) == list(range(1, len(day[0]) + 1))
    for kind in (True, False):
        order = [t.position for t in called if t.priority is kind]
        assert order == sorted(order)


@given(DAYS)
def test_no_priority_ticket_is_called_after_a_normal_one_from_behind_it(day):
    for call in played(day_of(day[0]), day[1]):
        assert call.ticket.priority or not call.overtaken(priority=True)


@given(DAYS)
def test_no_normal_ticket_is_overtaken_after_the_limit_or_more_than_a_run_in_a_row(day):
    row = {}
    for call in played(day_of(day[0]), day[1]):
        passed = call.overtaken(priority=False)
        for one in passed:
            row[one.id] = row.get(one.id, 0) + 1
            assert row[one.id] <= POLICY.run
            assert call.waited_s(one) <= POLICY.normal_wait_limit_s
        if not call.ticket.priority:
            row.clear()


def test_in_an_overfull_hall_priority_keeps_its_share_and_waits_no_longer_than_in_plain_order():
    """Three minutes each, a citizen every two, one of eight with priority: a whole day."""
    arrivals = [(120 * n, n % 8 == 3) for n in range(240)]
    called = played(arrivals, 180)
    plain_s = dict(zip(range(1, 241), range(0, 240 * 180, 180), strict=True))
    for call in called:
        if call.ticket.priority:
            assert call.at_s <= plain_s[call.ticket.position]
    overfull = [call for call in called if call.at_s > 3 * 3600]
    assert any(call.why is Why.WAITED for call in overfull)
    hours = [overfull[n : n + 20] for n in range(0, len(overfull) - 19, 20)]
    assert all(sum(call.ticket.priority for call in hour) >= 2 for hour in hours)
