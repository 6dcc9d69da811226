"""A clock that a test moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.domain.calendar import OFFICE_ZONE, office_day
from tests.support.wait import wait_for

# A Monday morning on which the sample office is open.
MONDAY = datetime(2026, 11, 23, 8, 5, tzinfo=OFFICE_ZONE).astimezone(UTC)


def await_one_day(minutes: int) -> None:
    """Before something that lives in the true time: wait until no office day ends meanwhile."""
    span = timedelta(minutes=minutes)

    def is_one_day() -> bool:
        now = datetime.now(UTC)
        return office_day(now) == office_day(now + span)

    wait_for(is_one_day, "the office's next day", 60 * minutes + 10, pause_s=0.5)


class HandClock:
    """Shows `at` until it is told otherwise."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        self.mono_ms = 1_000_000

    def now(self) -> datetime:
        return self.at

    def monotonic_ms(self) -> int:
        return self.mono_ms

    def real_to_domain(self, real_ms: int) -> timedelta:
        return timedelta(milliseconds=real_ms)

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.mono_ms += int(seconds * 1000)
