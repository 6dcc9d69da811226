"""The event log: gap-free, hash-chained, written in the transaction of the change it tells of."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from appliance.errors import Unavailable
from appliance.storage.tables import IS_RARE, RARE_EVENTS, events, log_head
from appliance.storage.types import iso


@dataclass(frozen=True)
class LogRow:
    """One row of the log; `payload` is the event's fields as JSON types."""

    seq: int
    at: datetime
    type: str
    payload: dict[str, Any]
    request_id: str | None
    actor: str
    prev_hash: str
    hash: str


def genesis(lineage: str) -> str:
    """Return the hash that the first event of a lineage follows."""
    return hashlib.sha256(lineage.encode()).hexdigest()


def row_hash(
    prev_hash: str,
    seq: int,
    at: datetime,
    type_: str,
    payload: dict[str, Any],
    request_id: str | None,
    actor: str,
) -> str:
    """Return sha256(prev_hash + the row as JSON: sorted keys, no spaces, UTF-8)."""
    row = {
        "seq": seq,
        "at": iso(at),
        "type": type_,
        "payload": payload,
        "request_id": request_id,
        "actor": actor,
    }
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((prev_hash + text).encode()).hexdigest()


def create_head(conn: Connection) -> None:
    """Begin a log: a new lineage, seq 0. Called once, by the first migration."""
    lineage = str(uuid.uuid4())
    conn.execute(insert(log_head).values(id=1, seq=0, hash=genesis(lineage), lineage=lineage))


def head(conn: Connection) -> int:
    """Return the seq of the last event, 0 for none."""
    return int(conn.execute(select(log_head.c.seq).where(log_head.c.id == 1)).scalar_one())


def hash_of(conn: Connection, seq: int) -> str:
    """Return the hash of event `seq`: it stands for everything that had happened until then.

    Of an event that a damaged database has lost it is empty.
    """
    found = conn.execute(select(events.c.hash).where(events.c.seq == seq)).scalar_one_or_none()
    return found or ""


def append(
    conn: Connection,
    at: datetime,
    type_: str,
    payload: dict[str, Any],
    *,
    actor: str,
    request_id: str | None = None,
) -> int:
    """Write an event as the next row and return its seq; `payload` holds JSON types."""
    last, prev_hash = conn.execute(
        select(log_head.c.seq, log_head.c.hash).where(log_head.c.id == 1)
    ).one()
    seq = int(last) + 1
    digest = row_hash(prev_hash, seq, at, type_, payload, request_id, actor)
    conn.execute(
        insert(events).values(
            seq=seq,
            at=at,
            type=type_,
            payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
            request_id=request_id,
            actor=actor,
            prev_hash=prev_hash,
            hash=digest,
        )
    )
    conn.execute(update(log_head).where(log_head.c.id == 1).values(seq=seq, hash=digest))
    return seq


def after(conn: Connection, seq: int, limit: int = 500) -> list[LogRow]:
    """Return at most `limit` events later than `seq`, in order."""
    rows = conn.execute(
        select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
    )
    return [_row(row) for row in rows]


def of_request(conn: Connection, request_id: str) -> LogRow | None:
    """Return the event that answered this request before, if any."""
    row = conn.execute(select(events).where(events.c.request_id == request_id)).one_or_none()
    return None if row is None else _row(row)


def last_rare(conn: Connection, type_: str) -> LogRow | None:
    """Return the latest event of a type that is one of `RARE_EVENTS`, found by their index."""
    return next(iter(latest_rare(conn, type_, 1)), None)


def latest_rare(conn: Connection, type_: str, most: int) -> list[LogRow]:
    """Return at most `most` events of a type that is one of `RARE_EVENTS`, the latest first."""
    assert type_ in RARE_EVENTS, f"the index does not hold {type_}"
    found = select(events).where(IS_RARE, events.c.type == type_)
    return [_row(row) for row in conn.execute(found.order_by(events.c.seq.desc()).limit(most))]


def _row(row: Any) -> LogRow:
    """Return the row; raises Unavailable("storage_failed") if a damaged disk has changed it."""
    try:
        payload = json.loads(row.payload)
    except (TypeError, ValueError) as exc:
        raise Unavailable("storage_failed", reason=f"event {row.seq} is damaged") from exc
    return LogRow(
        seq=row.seq,
        at=row.at,
        type=row.type,
        payload=payload,
        request_id=row.request_id,
        actor=row.actor,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
