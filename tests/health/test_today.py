"""Today's numbers: counted from the rows, waits from issue to the first call."""

from __future__ import annotations

import pytest

from appliance.domain.paper import PaperState
from appliance.domain.waits import Waits, summed_up
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.mirror_print import give_up_print
from appliance.usecases.recall import recall
from appliance.usecases.today import DayCounter


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([], Waits(0, None, None, None)),
        ([60], Waits(1, 60, 60, 100)),
        ([900, 901], Waits(2, 900, 901, 50)),
        (list(range(1, 101)), Waits(100, 50, 90, 100)),
        ([10] * 199 + [901], Waits(200, 10, 10, 99)),
    ],
)
def test_waits_are_summed_up_by_a_wait_that_happened(waits, expected):
    assert summed_up(waits) == expected


@pytest.fixture
def take(ctx, fresh_id):
    def one(kiosk="kiosk-1"):
        return issue(
            ctx, "ho-tich", priority=False, kiosk=kiosk, request_id=fresh_id(), actor="test"
        ).ticket

    return one


@pytest.fixture
def verb(ctx, fresh_id):
    return lambda act, who=1: act(ctx, who, request_id=fresh_id(), actor="test")


def test_an_empty_day_has_no_waits(ctx):
    today = DayCounter(ctx).today()
    assert (today.issued, today.waiting, today.waits.n, today.waits.p50_s) == (0, 0, 0, None)


def test_every_ticket_is_counted_once(ctx, clock, take, verb):
    counter = DayCounter(ctx)
    tickets = [take() for _ in range(5)]
    clock.pass_s(60)
    verb(call_next)
    verb(finish)
    verb(call_next)
    verb(absent)
    verb(call_next)
    verb(cancel, tickets[4].id)
    today = counter.today()
    assert (today.issued, today.served, today.absent, today.at_counter) == (5, 1, 1, 1)
    assert (today.waiting, today.cancelled) == (1, 1)
    assert today.slips_under_way == 5
    assert (today.waits.n, today.waits.p50_s) == (2, 60), "an absent citizen stands apart"


def test_a_wait_ends_with_the_first_call(ctx, clock, take, verb):
    counter = DayCounter(ctx)
    ticket = take()
    clock.pass_s(120)
    verb(call_next)
    assert counter.today().waits.p50_s == 120
    clock.pass_s(60)
    verb(recall)
    verb(absent)
    verb(bring_back, ticket.id)
    clock.pass_s(600)
    verb(call_next)
    for asked in (counter, DayCounter(ctx)):
        assert (asked.today().waits.n, asked.today().waits.p50_s) == (1, 120)


def test_a_new_day_begins_at_nothing(ctx, clock, take, verb):
    counter = DayCounter(ctx)
    take()
    clock.pass_s(30)
    verb(call_next)
    assert counter.today().waits.n == 1
    clock.pass_s(48 * 3600)  # the 24th is a holiday
    assert counter.today().waits.n == 0
    take()
    assert (counter.today().issued, counter.today().waits.n) == (1, 0)


def test_figures_are_by_service(ctx, clock, take, verb):
    take()
    take()
    clock.pass_s(30)
    verb(call_next)
    figures = DayCounter(ctx).figures()
    assert figures.waiting == {"ho-tich": 1}
    assert figures.waits_s == {"ho-tich": [30.0]}
    assert figures.tickets == {"called": 1, "waiting": 1}


def test_slips_that_are_not_on_paper_are_listed_while_their_ticket_waits(ctx, take, verb):
    counter = DayCounter(ctx)
    ticket = take()
    assert counter.unprinted() == ()
    give_up_print(ctx, 1, PaperState.EXPIRED, reason="not_pulled")
    (slip,) = counter.unprinted()
    assert (slip.ticket_id, slip.label, slip.printer) == (ticket.id, ticket.label, "printer-1")
    assert (slip.paper, slip.reason) == ("expired", "not_pulled")
    verb(call_next)
    assert counter.unprinted() == ()
