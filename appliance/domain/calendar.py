"""When the office is open, in office time (Asia/Ho_Chi_Minh, no summer time)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

# Viet Nam has one zone and has had no summer time since 1975; a fixed offset needs no tz database.
OFFICE_ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_LOOK_AHEAD_DAYS = 31


@dataclass(frozen=True)
class Window:
    """A span of one day, `start` included, `end` excluded."""

    start: time
    end: time


@dataclass(frozen=True)
class Hours:
    """Windows per weekday (Monday = 0), and days that differ (an empty tuple is closed)."""

    week: tuple[tuple[Window, ...], ...]
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)

    def windows(self, day: date) -> tuple[Window, ...]:
        """Return the windows of `day`, an exception winning over the week."""
        return self.exceptions.get(day, self.week[day.weekday()])

    def is_open(self, at: datetime) -> bool:
        """Return whether `at` (any zone) lies in a window of its office day."""
        local = at.astimezone(OFFICE_ZONE)
        return any(w.start <= local.time() < w.end for w in self.windows(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the next start of a window after `at` in UTC; None if none within a month."""
        local = at.astimezone(OFFICE_ZONE)
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            for window in sorted(self.windows(day), key=lambda w: w.start):
                start = datetime.combine(day, window.start, OFFICE_ZONE)
                if start > local:
                    return start.astimezone(UTC)
        return None

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next opens or closes after `at`, in UTC; None if not within a month."""
        local = at.astimezone(OFFICE_ZONE)
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            edges = sorted(edge for w in self.windows(day) for edge in (w.start, w.end))
            for edge in edges:
                moment = datetime.combine(day, edge, OFFICE_ZONE)
                if moment > local:
                    return moment.astimezone(UTC)
        return None


def office_day(at: datetime) -> date:
    """Return the office's date at `at`."""
    return at.astimezone(OFFICE_ZONE).date()


def business_day(at: datetime, last_opened: date | None) -> date:
    """Return the day that new tickets belong to: today, but never before the last opened day.

    A Pi has no clock battery: time may go backwards. The day that is open stays open then, so
    that no number is used again and no ticket is dated before an older one. Only a person can
    tell that it was the later day that was wrong, see `usecases.return_day`.
    """
    today = office_day(at)
    return today if last_opened is None else max(today, last_opened)
