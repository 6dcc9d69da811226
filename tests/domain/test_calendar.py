from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.calendar import OFFICE_ZONE, Hours, Window, business_day, office_day

MORNING = Window(time(7, 30), time(11, 45))
AFTERNOON = Window(time(13, 0), time(16, 45))
HOURS = Hours(
    week=((MORNING, AFTERNOON),) * 5 + ((MORNING,), ()),
    exceptions={date(2026, 11, 24): (), date(2026, 11, 29): (MORNING,)},
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


def test_a_window_includes_its_start_and_excludes_its_end():
    assert HOURS.is_open(at(23, 7, 30))
    assert not HOURS.is_open(at(23, 7, 29))
    assert HOURS.is_open(at(23, 11, 44))
    assert not HOURS.is_open(at(23, 11, 45))


def test_an_exception_wins_over_the_week():
    assert not HOURS.is_open(at(24, 9))
    assert HOURS.is_open(at(29, 9))


def test_the_next_opening_skips_lunch_night_holiday_and_sunday():
    assert HOURS.next_opening(at(23, 12)) == at(23, 13)
    assert HOURS.next_opening(at(23, 17)) == at(25, 7, 30)
    assert HOURS.next_opening(at(28, 12)) == at(29, 7, 30)


def test_an_office_that_never_opens_has_no_next_opening():
    assert Hours(week=((),) * 7).next_opening(at(23, 8)) is None
    assert Hours(week=((),) * 7).next_change(at(23, 8)) is None


def test_the_next_change_is_the_next_edge_of_a_window():
    assert HOURS.next_change(at(23, 6)) == at(23, 7, 30)
    assert HOURS.next_change(at(23, 8)) == at(23, 11, 45)
    assert HOURS.next_change(at(23, 16, 45)) == at(25, 7, 30)


@given(st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 20), timezones=st.just(UTC)))
def test_between_now_and_the_next_change_nothing_changes(moment):
    change = HOURS.next_change(moment)
    assert change is not None
    assert HOURS.is_open(moment) == HOURS.is_open(change - timedelta(microseconds=1))


def test_the_office_day_turns_at_midnight_in_vietnam_not_in_utc():
    assert office_day(datetime(2026, 11, 22, 16, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert office_day(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_clock_that_goes_back_does_not_reopen_an_earlier_day():
    assert business_day(at(20, 9), date(2026, 11, 23)) == date(2026, 11, 23)
    assert business_day(at(24, 9), date(2026, 11, 23)) == date(2026, 11, 24)
    assert business_day(at(24, 9), None) == date(2026, 11, 24)
