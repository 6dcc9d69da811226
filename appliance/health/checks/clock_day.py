"""Does the clock show a day before the one that is open?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from appliance.domain.calendar import office_day
from appliance.health.checks.base import Finding


class ClockDay:
    """Compares the date with the open business day; fires when time went back over midnight.

    Either the clock is wrong now, or it was when that day was opened. Until somebody puts it
    right no new day opens: what waits never expires, and numbers run on to their end.
    """

    name = "clock_day"
    subject = "clock"

    def __init__(self, last_opened: Callable[[], date | None], now: Callable[[], datetime]) -> None:
        self._last_opened = last_opened
        self._now = now

    def look(self) -> Finding:
        """Return whether the date has come to the open business day; None opened is well."""
        last = self._last_opened()
        behind = last is not None and last > office_day(self._now())
        return Finding("failed", ("clock_went_back",)) if behind else Finding("ok")
