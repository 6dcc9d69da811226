"""Can the machine's date be true at all?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from appliance.health.checks.base import Finding

# This program did not exist before: a clock that shows an earlier day is wrong.
NOT_BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


def wall_clock() -> datetime:
    """Return the machine's own time, whatever the demo plays."""
    return datetime.now(UTC)


class ClockDate:
    """Compares the date with that of the program; fires on a Pi that woke without knowing it."""

    name = "clock_date"
    subject = "clock"

    def __init__(self, now: Callable[[], datetime] = wall_clock) -> None:
        self._now = now

    def look(self) -> Finding:
        """Return whether the date is later than the program's own."""
        return Finding("failed", ("clock_wrong",)) if self._now() < NOT_BEFORE else Finding("ok")
