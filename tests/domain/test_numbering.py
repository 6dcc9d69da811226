import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import Refused
from appliance.domain.numbering import next_number
from appliance.domain.office import Series, Service


def service(series: Series, cap: int | None = None) -> Service:
    return Service("ho-tich", "Hộ tịch", "Civil status", series, daily_cap=cap)


def test_the_first_number_of_the_day_is_the_start_of_the_series():
    assert next_number(service(Series("1", start=1)), None) == 1
    assert next_number(service(Series("A", start=25)), None) == 25


@given(st.integers(1, 997))
def test_numbers_follow_one_another_without_gaps(last):
    assert next_number(service(Series("1")), last) == last + 1


def test_a_series_ends_with_its_width_instead_of_running_into_the_next_one():
    with pytest.raises(Refused) as caught:
        next_number(service(Series("1", width=3)), 999)
    assert caught.value.key == "series_exhausted"


def test_the_daily_cap_counts_tickets_not_numbers():
    capped = service(Series("1", start=101), cap=2)
    assert next_number(capped, 101) == 102
    with pytest.raises(Refused):
        next_number(capped, 102)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 999), st.integers(1, 999))
def test_labels_of_two_prefixes_never_meet(one, other, number, another):
    if one != other:
        assert Series(str(one)).label(number) != Series(str(other)).label(another)


def test_a_label_is_padded_to_its_width():
    assert Series("1").label(7) == "1007"
    assert Series("A").label(25) == "A025"
