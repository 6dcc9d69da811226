"""Which number comes next."""

from __future__ import annotations

from appliance.domain.errors import Refused
from appliance.domain.office import Service


def next_number(service: Service, last: int | None) -> int:
    """Return the number after `last` (None: first of the day) in the service's series.

    Raises Refused("series_exhausted") past the width or the daily cap: a number is never used
    twice on one day.
    """
    series = service.series
    number = series.start if last is None else last + 1
    issued = number - series.start
    if number > series.last or (service.daily_cap is not None and issued >= service.daily_cap):
        raise Refused("series_exhausted", service=service.name_vi, service_en=service.name_en)
    return number
