"""Queries on devices: what state they were last reported in, and who holds a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from appliance.storage.tables import device_states, devices


@dataclass(frozen=True)
class DeviceReport:
    """The last reported state of a device, and since when it lasts."""

    device: str
    device_kind: str
    state: str
    causes: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class Paired:
    """A screen or agent that was given a token; its hash alone is kept."""

    id: int
    kind: str
    name: str
    paired_at: datetime
    paired_by: str
    revoked_at: datetime | None


def reports(conn: Connection) -> list[DeviceReport]:
    """Return the last state of every device that was ever reported, by name."""
    rows = conn.execute(select(device_states).order_by(device_states.c.device))
    return [_report(row) for row in rows]


def report_of(conn: Connection, device: str) -> DeviceReport | None:
    """Return the last state of `device`, or None if it was never reported."""
    query = select(device_states).where(device_states.c.device == device)
    row = conn.execute(query).one_or_none()
    return None if row is None else _report(row)


def store_report(conn: Connection, report: DeviceReport) -> None:
    """Replace the last state of the device."""
    conn.execute(delete(device_states).where(device_states.c.device == report.device))
    conn.execute(
        insert(device_states).values(
            device=report.device,
            device_kind=report.device_kind,
            state=report.state,
            causes=json.dumps(report.causes),
            since=report.since,
        )
    )


def add(conn: Connection, *, kind: str, name: str, token_hash: str, at: datetime, by: str) -> int:
    """Insert a paired device and return its id."""
    result = conn.execute(
        insert(devices).values(
            kind=kind, name=name, token_hash=token_hash, paired_at=at, paired_by=by
        )
    )
    (key,) = result.inserted_primary_key or (None,)
    assert key is not None
    return int(key)


def by_token_hash(conn: Connection, token_hash: str) -> Paired | None:
    """Return the device that holds this token, revoked ones too; None if nobody does."""
    row = conn.execute(select(devices).where(devices.c.token_hash == token_hash)).one_or_none()
    return None if row is None else _paired(row)


def get(conn: Connection, device_id: int) -> Paired | None:
    """Return the paired device, or None."""
    row = conn.execute(select(devices).where(devices.c.id == device_id)).one_or_none()
    return None if row is None else _paired(row)


def paired(conn: Connection) -> list[Paired]:
    """Return every device that was ever paired, oldest first."""
    return [_paired(row) for row in conn.execute(select(devices).order_by(devices.c.id))]


def revoke(conn: Connection, device_id: int, at: datetime) -> bool:
    """Take the token back; False if it was taken back before."""
    result = conn.execute(
        update(devices)
        .where(devices.c.id == device_id, devices.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return result.rowcount == 1


def _paired(row: Any) -> Paired:
    return Paired(row.id, row.kind, row.name, row.paired_at, row.paired_by, row.revoked_at)


def _report(row: Any) -> DeviceReport:
    causes = tuple(json.loads(row.causes))
    return DeviceReport(row.device, row.device_kind, row.state, causes, row.since)
