"""Queries on business days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from appliance.storage.tables import business_days


def last_opened(conn: Connection) -> date | None:
    """Return the latest business day that was opened; None for a new database."""
    return conn.execute(select(func.max(business_days.c.day))).scalar_one_or_none()


def last_opened_seq(conn: Connection) -> int:
    """Return the seq of the event that opened the latest business day; 0 for a new database."""
    return conn.execute(select(func.max(business_days.c.opened_seq))).scalar_one_or_none() or 0


def open_day(conn: Connection, day: date, at: datetime, seq: int) -> None:
    """Store that `day` was opened by event `seq`."""
    conn.execute(insert(business_days).values(day=day, opened_at=at, opened_seq=seq))
