"""Tokens of screens and agents: give, look up, take back."""

from __future__ import annotations

import hashlib
import secrets

from appliance.domain.office import Office
from appliance.errors import NotFound, Refused
from appliance.protocol.events import DevicePaired, DeviceRevoked
from appliance.storage import devices
from appliance.storage.devices import Paired
from appliance.usecases.context import Context
from appliance.usecases.tell import tell

KINDS = ("agent", "kiosk", "board", "counter", "panel")


def new_token() -> str:
    """Return a token with 256 random bits."""
    return secrets.token_urlsafe(32)


def pair(ctx: Context, kind: str, name: str, token: str, *, actor: str) -> Paired:
    """Give a screen or agent its token; only the hash is kept.

    Raises NotFound for a kiosk or board, or a counter's screen or panel (named by its number), that
    the office lacks.
    """
    _look_up(ctx.office, kind, name)
    with ctx.db.write() as conn:
        now = ctx.clock.now()
        device_id = devices.add(
            conn, kind=kind, name=name, token_hash=token_hash(token), at=now, by=actor
        )
        tell(conn, now, DevicePaired(device=name, device_kind=kind), actor=actor)
    return Paired(device_id, kind, name, now, actor, None)


def who(ctx: Context, token: str) -> Paired | None:
    """Return the device that holds this token.

    None for a wrong or revoked one, and for one that the configuration names no longer.
    """
    with ctx.db.read() as conn:
        device = devices.by_token_hash(conn, token_hash(token))
    if device is None or device.revoked_at is not None:
        return None
    try:
        _look_up(ctx.office, device.kind, device.name)
    except NotFound:
        return None
    return device


def _look_up(office: Office, kind: str, name: str) -> None:
    if kind == "kiosk":
        office.kiosk(name)
    if kind == "board":
        office.board(name)
    if kind == "counter" and name not in [str(c.number) for c in office.counters]:
        raise NotFound("unknown_counter", counter=name)
    if kind == "panel" and name not in [str(p.counter) for p in office.rating.panels]:
        raise NotFound("unknown_panel", panel=name)


def everyone(ctx: Context) -> list[Paired]:
    """Return every device that was ever paired."""
    with ctx.db.read() as conn:
        return devices.paired(conn)


def revoke(ctx: Context, device_id: int, *, actor: str) -> Paired:
    """Take a token back and return whose it was. Raises NotFound, Refused("already_revoked")."""
    with ctx.db.write() as conn:
        device = devices.get(conn, device_id)
        if device is None:
            raise NotFound("unknown_device", device=device_id)
        now = ctx.clock.now()
        if not devices.revoke(conn, device_id, now):
            raise Refused("already_revoked", device=device.name)
        tell(conn, now, DeviceRevoked(device=device.name), actor=actor)
    return device


def token_hash(token: str) -> str:
    """Return what is kept of a token: a plain SHA-256 suffices for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
