"""How moments and days are kept: as text that sorts, hashes and reads the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from appliance.errors import Unavailable

_T = TypeVar("_T")


def iso(at: datetime) -> str:
    """Return `at` as ISO 8601 in UTC with microseconds and a Z: always 27 characters."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> datetime:
    """Return the moment that `iso` wrote."""
    return datetime.fromisoformat(text)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC with zone; a naive datetime is refused."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text to store; raises ValueError for a datetime without zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return None if value is None else iso(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the stored moment in UTC."""
        return None if value is None else _stored(from_iso, value)


class Day(TypeDecorator[date]):
    """An office day as YYYY-MM-DD."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Return the text to store."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Return the stored day."""
        return None if value is None else _stored(date.fromisoformat, value)


def _stored(read: Callable[[str], _T], value: Any) -> _T:
    """Return what was stored; what we never wrote is damage, told as such."""
    try:
        return read(value)
    except (TypeError, ValueError) as exc:
        raise Unavailable("storage_failed", reason=f"a damaged row: {exc}") from exc
