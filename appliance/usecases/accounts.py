"""Staff accounts: make, sign in, lock out, change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from appliance.domain.people import Role, check_password, checked_username
from appliance.errors import Denied, Invalid, NotFound, Refused
from appliance.protocol.staff_events import (
    StaffChange,
    StaffChanged,
    StaffSignedIn,
    StaffSignedOut,
    StaffSignInFailed,
)
from appliance.storage import log, staff
from appliance.storage.engine import Transaction
from appliance.storage.staff import Account
from appliance.usecases.context import Context
from appliance.usecases.tell import tell

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True)
class LockRule:
    """After `failures` wrong passwords an account is locked for `lockout_s`."""

    failures: int
    lockout_s: int

    def left_s(self, account: Account, now: datetime) -> float:
        """Return for how long the account is still locked; 0 if it is not.

        A lock that would last longer than any was made while the clock was ahead: it is over.
        """
        if account.locked_until is None:
            return 0
        left_s = (account.locked_until - now).total_seconds()
        return left_s if 0 < left_s <= self.lockout_s else 0


def any_account(ctx: Context) -> bool:
    """Return whether the first administrator exists."""
    with ctx.db.read() as conn:
        return staff.count(conn) > 0


def account_of(ctx: Context, username: str) -> Account | None:
    """Return the account, or None."""
    with ctx.db.read() as conn:
        return staff.by_username(conn, username)


def account_of_session(ctx: Context, username: str, epoch: int, session: str) -> Account | None:
    """Return the account that `session` was begun for; None when it has ended.

    It ends with its sign-out, wherever its cookie was copied to, and with a change of the account.
    """
    with ctx.db.read() as conn:
        account = staff.by_username(conn, username)
        if account is None or account.disabled or account.epoch != epoch:
            return None
        return None if log.of_request(conn, _end_of(session)) else account


def accounts(ctx: Context) -> list[Account]:
    """Return all accounts by name."""
    with ctx.db.read() as conn:
        return staff.everyone(conn)


def add_first_administrator(ctx: Context, username: str, password: str) -> None:
    """Make the first account. Raises Refused("setup_done") if there is one, and Invalid."""
    _add(ctx, username, password, Role.ADMINISTRATOR, actor="setup", first=True)


def add_account(ctx: Context, username: str, password: str, role: Role, *, actor: str) -> None:
    """Make an account. Raises Invalid, Refused("username_taken")."""
    _add(ctx, username, password, role, actor=actor, first=False)


def sign_in(ctx: Context, username: str, password: str, rule: LockRule) -> Account:
    """Return the account whose password this is.

    Raises Denied("wrong_password" | "account_locked" | "account_disabled"). An unknown name
    costs the same time as a wrong password, and says the same. Only a name that exists is ever
    locked, and its owner must be told: who guesses as often as that learns that it exists.
    """
    name = username.strip().lower()
    account = account_of(ctx, name)
    now = ctx.clock.now()
    if account is not None:
        _require_unlocked(account, now, rule)
    right = _matches(account.password_hash if account else _dummy_hash(), password)
    if account is None or not right:
        if account is not None:
            _count_failure(ctx, account, rule)
        raise Denied("wrong_password")
    if account.disabled:
        raise Denied("account_disabled")
    with ctx.db.write() as conn:
        # Another guess may have locked it, or an administrator closed it, while we compared.
        fresh = staff.by_username(conn, name)
        if fresh is None or fresh.epoch != account.epoch:
            raise Denied("wrong_password")
        _require_unlocked(fresh, now, rule)
        staff.change(conn, account, failures=0, locked_until=None)
        tell(conn, now, StaffSignedIn(username=name), actor=f"staff:{name}")
    return account


def sign_out(ctx: Context, username: str, session: str) -> None:
    """End this session for good; to end it again changes nothing."""
    end = _end_of(session)
    with ctx.db.write() as conn:
        if log.of_request(conn, end) is None:
            event = StaffSignedOut(username=username)
            tell(conn, ctx.clock.now(), event, actor=f"staff:{username}", request_id=end)


def set_password(ctx: Context, username: str, password: str, *, actor: str) -> None:
    """Give the account a new password; its sessions end. Raises NotFound, Invalid."""
    check_password(password, username)
    digest = _hasher().hash(password)
    _change(ctx, username, "password", actor, password_hash=digest, failures=0, locked_until=None)


def set_disabled(ctx: Context, username: str, disabled: bool, *, actor: str) -> None:
    """Close or reopen the account; its sessions end.

    Raises NotFound, Refused("last_administrator") when nobody could manage the office then.
    """
    _change(ctx, username, "disabled" if disabled else "enabled", actor, disabled=disabled)


def _end_of(session: str) -> str:
    """Return the request id of a session's end: no request of a screen may contain a colon."""
    return f"session:{hashlib.sha256(session.encode()).hexdigest()[:40]}"


def _add(
    ctx: Context, username: str, password: str, role: Role, *, actor: str, first: bool
) -> None:
    name = checked_username(username)
    check_password(password, name)
    digest = _hasher().hash(password)
    with ctx.db.write() as conn:
        if first and staff.count(conn) > 0:
            raise Refused("setup_done")
        if staff.by_username(conn, name) is not None:
            raise Refused("username_taken", username=name)
        now = ctx.clock.now()
        staff.add(conn, username=name, role=role.value, password_hash=digest, at=now)
        event = StaffChanged(username=name, role=role.value, change="added")
        tell(conn, now, event, actor=actor)


def _change(ctx: Context, username: str, change: StaffChange, actor: str, **values: object) -> None:
    with ctx.db.write() as conn:
        account = staff.by_username(conn, username)
        if account is None:
            raise NotFound("unknown_account", username=username)
        staff.change(conn, account, epoch=account.epoch + 1, **values)
        # Looked at inside the transaction: two administrators may close each other at once.
        if change == "disabled" and not _has_administrator(conn):
            raise Refused("last_administrator")
        event = StaffChanged(username=username, role=account.role, change=change)
        tell(conn, ctx.clock.now(), event, actor=actor)


def _has_administrator(conn: Transaction) -> bool:
    return any(a.role == Role.ADMINISTRATOR and not a.disabled for a in staff.everyone(conn))


def _count_failure(ctx: Context, seen: Account, rule: LockRule) -> None:
    with ctx.db.write() as conn:
        account = staff.by_username(conn, seen.username)
        if account is None:
            raise Invalid("unknown_account", username=seen.username)
        now = ctx.clock.now()
        if rule.left_s(account, now):
            return  # guesses that come all at once must not open what the fifth one locked
        failures = account.failures + 1
        locked = failures >= rule.failures
        staff.change(
            conn,
            account,
            failures=0 if locked else failures,
            locked_until=now + timedelta(seconds=rule.lockout_s) if locked else None,
        )
        event = StaffSignInFailed(username=account.username, locked=locked)
        tell(conn, now, event, actor="anonymous")


def _require_unlocked(account: Account, now: datetime, rule: LockRule) -> None:
    left_s = rule.left_s(account, now)
    if left_s:
        raise Denied("account_locked", minutes=int(left_s // 60) + 1)


@cache
def _hasher() -> PasswordHasher:
    # Imported on first use: argon2 is needed at sign-in only. RFC 9106's second choice is
    # 64 MiB; 19 MiB with 2 passes (OWASP) fits a Pi Zero 2 W.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@cache
def _dummy_hash() -> str:
    return _hasher().hash("no account has this password")


def _matches(digest: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(digest, password)
    except VerificationError:
        return False
