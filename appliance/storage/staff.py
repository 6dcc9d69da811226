"""Queries on staff accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from appliance.storage.tables import staff


@dataclass(frozen=True)
class Account:
    """An account; `epoch` grows when its sessions must end (new password, disabled)."""

    id: int
    username: str
    role: str
    password_hash: str
    failures: int
    locked_until: datetime | None
    disabled: bool
    epoch: int
    created_at: datetime


def count(conn: Connection) -> int:
    """Return how many accounts there are."""
    return conn.execute(select(func.count()).select_from(staff)).scalar_one()


def add(conn: Connection, *, username: str, role: str, password_hash: str, at: datetime) -> None:
    """Insert an account."""
    conn.execute(
        insert(staff).values(
            username=username,
            role=role,
            password_hash=password_hash,
            failures=0,
            disabled=False,
            epoch=1,
            created_at=at,
        )
    )


def by_username(conn: Connection, username: str) -> Account | None:
    """Return the account, or None."""
    row = conn.execute(select(staff).where(staff.c.username == username)).one_or_none()
    return None if row is None else _account(row)


def everyone(conn: Connection) -> list[Account]:
    """Return all accounts by name."""
    return [_account(row) for row in conn.execute(select(staff).order_by(staff.c.username))]


def change(conn: Connection, account: Account, **values: Any) -> None:
    """Set columns of the account."""
    conn.execute(update(staff).where(staff.c.id == account.id).values(**values))


def _account(row: Any) -> Account:
    return Account(**row._mapping)
