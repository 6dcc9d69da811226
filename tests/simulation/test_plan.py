from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.config import load, sample_path
from appliance.simulation.plan import Place, RatingHabit, Way, draw_day
from appliance.simulation.playing import services_called
from tests.support.clocks import MONDAY

DAY = timedelta(hours=9)
SERVICES = ["ho-tich", "chung-thuc", "dat-dai"]


def test_the_same_seed_draws_the_same_day_and_another_seed_another():
    first = draw_day(7, 300, SERVICES, MONDAY, MONDAY + DAY)
    assert draw_day(7, 300, SERVICES, MONDAY, MONDAY + DAY) == first
    assert draw_day(8, 300, SERVICES, MONDAY, MONDAY + DAY) != first


@given(st.integers(0, 10_000), st.integers(1, 400))
def test_everybody_comes_once_in_order_while_the_office_is_open(seed, number):
    day = draw_day(seed, number, SERVICES, MONDAY, MONDAY + DAY)
    assert [citizen.number for citizen in day] == list(range(1, number + 1))
    times = [citizen.at for citizen in day]
    assert times == sorted(times)
    assert times[0] >= MONDAY
    assert times[-1] <= MONDAY + DAY
    assert {citizen.service for citizen in day} <= set(SERVICES)
    assert all(citizen.service_s > 0 and 0 <= citizen.level <= 4 for citizen in day)
    assert all(citizen.absent for citizen in day if citizen.returns)


def test_a_big_day_has_two_peaks_and_every_habit():
    day = draw_day(1, 3000, SERVICES, MONDAY, MONDAY + DAY)
    hours = Counter(int((citizen.at - MONDAY) / DAY * 10) for citizen in day)
    assert hours[0] > 2 * hours[3]
    assert hours[5] > hours[4]
    assert {citizen.rating for citizen in day} == set(RatingHabit)
    assert {citizen.way for citizen in day} == set(Way)
    assert {citizen.place for citizen in day} == set(Place)
    assert all(citizen.hurry_s > 0 for citizen in day)
    assert 0.08 < sum(citizen.priority for citizen in day) / 3000 < 0.16
    assert 0.02 < sum(citizen.absent for citizen in day) / 3000 < 0.08


def test_nobody_comes_for_what_no_counter_at_work_calls():
    office = load(sample_path(), {})
    assert services_called(office, 3) == ["ho-tich", "chung-thuc", "dat-dai", "kinh-te"]
    everything = [service.code for service in office.services]
    assert services_called(office, len(office.counters)) == everything
