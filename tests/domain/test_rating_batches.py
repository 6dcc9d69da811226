"""What may be told of ratings that are still coming in: never one press alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.rating import Arming, Level, Press, Rule, judge
from appliance.domain.rating_batches import BATCH, Arrived, in_batches
from tests.support.clocks import MONDAY

# A press for one of many tickets at one of two counters, some seconds after the ticket's end.
PRESSES = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(list(Level)), st.integers(-1, 200)), max_size=90
)


def arrived(made):
    return [
        Arrived(
            (1 + ticket % 2, "hai-long-5"),
            ticket,
            level,
            Press(id_, MONDAY + timedelta(seconds=after_s), Arming(MONDAY)),
        )
        for id_, (ticket, level, after_s) in enumerate(made, 1)
    ]


def counted(presses, series):
    """How many count at one counter, by the rules alone."""
    tickets = {one.ticket_id for one in presses if one.series == series}
    rules = [
        rule
        for ticket in tickets
        for rule in judge(one.press for one in presses if one.ticket_id == ticket).values()
    ]
    return rules.count(Rule.COUNTED)


@given(PRESSES)
def test_what_is_told_is_a_number_of_whole_batches(made):
    presses = arrived(made)
    told = in_batches(presses)
    for series in {one.series for one in presses}:
        n = counted(presses, series)
        assert (series in told) is (n >= BATCH)
        assert sum(told.get(series, {}).values()) == n // BATCH * BATCH


@given(PRESSES)
def test_what_is_told_changes_only_when_a_batch_becomes_full(made):
    presses = arrived(made)
    for n in range(1, len(presses) + 1):
        before, now = presses[: n - 1], presses[:n]
        series = presses[n - 1].series
        told_before, told_now = in_batches(before), in_batches(now)
        full = counted(now, series) > counted(before, series) and not counted(now, series) % BATCH
        if not full:
            assert told_now == told_before
        told_before.pop(series, None)
        told_now.pop(series, None)
        assert told_now == told_before


def test_a_press_that_arrives_late_changes_nothing_that_was_told():
    made = [(n, Level.SATISFIED, 10) for n in range(1, 2 * BATCH, 2)]
    told = in_batches(arrived(made))
    # Made before the last one's press and delivered after it: the rules count it instead.
    late = arrived([*made, (2 * BATCH - 1, Level.DISSATISFIED, 1)])
    assert counted(late, (2, "hai-long-5")) == BATCH
    assert in_batches(late) == told == {(2, "hai-long-5"): {Level.SATISFIED: BATCH}}


def test_presses_without_a_ticket_are_never_told():
    press = Press(1, MONDAY, None)
    assert in_batches([Arrived((1, "hai-long-5"), None, Level.SATISFIED, press)] * BATCH) == {}
