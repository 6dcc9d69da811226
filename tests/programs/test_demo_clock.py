from datetime import UTC, datetime

import pytest

from appliance.config.office import to_hours
from appliance.demo import demo_clock
from appliance.domain.calendar import OFFICE_ZONE
from appliance.errors import ConfigInvalid


@pytest.fixture
def hours(sample):
    return to_hours(sample.hours)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=OFFICE_ZONE).astimezone(UTC)


def test_in_opening_hours_the_demo_shows_the_true_time(hours):
    now = local(2026, 11, 23, 9, 15)
    assert demo_clock({}, hours, now).start == now


@pytest.mark.parametrize(
    "now",
    [
        local(2026, 11, 22, 23, 0),
        local(2026, 11, 23, 11, 40),
        local(2026, 11, 23, 16, 20),
        local(2026, 11, 28, 14, 0),
        local(2026, 11, 29, 10, 0),
    ],
)
def test_outside_them_it_shows_a_morning_on_which_the_office_is_open(hours, now):
    start = demo_clock({}, hours, now).start
    assert start > now
    assert hours.is_open(start)
    assert start.astimezone(OFFICE_ZONE).hour < 10


def test_the_day_after_a_holiday_is_found(hours):
    start = demo_clock({}, hours, local(2026, 11, 23, 17, 0)).start
    assert start.astimezone(OFFICE_ZONE).date().isoformat() == "2026-11-25"


def test_a_clock_that_is_told_wins_and_nonsense_is_refused(hours):
    told = {"MOISO_DEMO_CLOCK": "2026-12-01T08:00:00+07:00,60,100"}
    clock = demo_clock(told, hours, local(2026, 11, 23, 9))
    assert (clock.start, clock.speed) == (local(2026, 12, 1, 8), 60)
    for nonsense in ("tomorrow", "2026-12-01T08:00:00,1", "2026-12-01T08:00:00+07:00,0"):
        with pytest.raises(ConfigInvalid):
            demo_clock({"MOISO_DEMO_CLOCK": nonsense}, hours, local(2026, 11, 23, 9))
