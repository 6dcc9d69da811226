"""The watchdog's write: one row updated in place, so that a dead disk shows within 30 s."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from appliance.storage.tables import heartbeat


def beat(conn: Connection, at: datetime) -> int:
    """Store that the server lives at `at`; returns the number of beats of this database."""
    beats = conn.execute(select(heartbeat.c.beats).where(heartbeat.c.id == 1)).scalar_one_or_none()
    if beats is None:
        conn.execute(insert(heartbeat).values(id=1, beats=1, at=at))
        return 1
    conn.execute(update(heartbeat).where(heartbeat.c.id == 1).values(beats=beats + 1, at=at))
    return int(beats) + 1


def last(conn: Connection) -> datetime | None:
    """Return the last beat; None for a database that never had a server."""
    return conn.execute(select(heartbeat.c.at).where(heartbeat.c.id == 1)).scalar_one_or_none()
