"""Queries on business days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from appliance.storage.tables import business_days


def last_opened(conn: Connection) -> date | None:
    """Return the business day that was opened last; None for a new database.

    Last by the log: a day that a wrong clock opened may be the later one by date.
    """
    return conn.execute(
        select(business_days.c.day).order_by(business_days.c.opened_seq.desc()).limit(1)
    ).scalar_one_or_none()


def last_opened_seq(conn: Connection) -> int:
    """Return the seq of the event that opened the last business day; 0 for a new database."""
    return conn.execute(select(func.max(business_days.c.opened_seq))).scalar_one_or_none() or 0


def open_day(conn: Connection, day: date, at: datetime, seq: int) -> None:
    """Store that `day` was opened by event `seq`; one that was open before is open again."""
    opened = {"opened_at": at, "opened_seq": seq}
    again = conn.execute(update(business_days).where(business_days.c.day == day).values(**opened))
    if again.rowcount == 0:
        conn.execute(insert(business_days).values(day=day, **opened))
