"""Reads the log once, for everything that is proved from it: each row checked, chained, parsed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from appliance.storage import log
from appliance.storage.audit_rows import Audit, Unsound, parsed
from appliance.storage.tables import events, log_head


@dataclass(frozen=True)
class Told:
    """An event whose row is sound; what its `fields` hold is still to be looked at."""

    seq: int
    at: datetime
    type: str
    fields: dict[str, Any]
    request_id: str | None
    actor: str


def read_log(conn: Connection, found: Audit) -> Iterator[Told]:
    """Yield the events in order; what is wrong with rows, chain and head is told to `found`."""
    head = next(found.rows(conn, log_head), None)
    expected = 1
    last_hash = log.genesis(head.lineage) if head is not None and head.sound else None
    for row in found.rows(conn, events):
        if row.seq != expected:
            found.say(f"events: seq {expected} to {row.seq - 1} is missing")
        event = _event(row, last_hash, found)
        expected, last_hash = row.seq + 1, row.hash
        if event is not None:
            yield event
    found.counts["events"] = expected - 1
    if head is None:
        found.say("log_head: there is none")
    elif (head.seq, head.hash) != (expected - 1, last_hash):
        found.say(f"log_head: says seq {head.seq}, the log ends at {expected - 1}")


def _event(row: Any, last_hash: str | None, found: Audit) -> Told | None:
    try:
        fields = parsed(row.payload)
    except Unsound:
        found.say(f"events: seq {row.seq} holds no JSON")
        return None
    if not row.sound:
        return None
    if last_hash not in (None, row.prev_hash) or row.hash != _hash(row, fields):
        found.say(f"events: the hash chain breaks at seq {row.seq}")
    if not isinstance(fields, dict):
        found.say(f"events: seq {row.seq} holds no fields")
        return None
    return Told(row.seq, row.at, row.type, fields, row.request_id, row.actor)


def _hash(row: Any, fields: Any) -> str | None:
    """Return what the row's hash must be; None for text that can be in no row of ours."""
    try:
        return log.row_hash(
            row.prev_hash, row.seq, row.at, row.type, fields, row.request_id, row.actor
        )
    except (UnicodeError, RecursionError):
        return None
