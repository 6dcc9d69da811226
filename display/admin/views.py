"""Accounts, devices and pairing, for administrators; devices alone for technicians."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from appliance.domain.calendar import OFFICE_ZONE
from appliance.domain.people import Right, Role
from appliance.errors import Invalid, MoisoError
from appliance.usecases import accounts, devices
from display import texts
from display.auth import require
from display.errors import status_of
from display.page import page
from display.pair.desk import Pairing
from display.parts import parts
from display.sockets import disconnect_device
from display.staff.entry import to_sign_in

blueprint = Blueprint(
    "admin",
    __name__,
    url_prefix="/admin",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show accounts, devices and the pairing form; without a session, the sign-in."""
    if not current_user.is_authenticated:
        return to_sign_in()
    require(Right.MANAGE_DEVICES)
    return _page()


@blueprint.post("/accounts")
def add_account() -> ResponseReturnValue:
    """Make an account."""
    asker = require(Right.MANAGE_STAFF)
    form = request.form

    def act() -> None:
        accounts.add_account(
            parts().ctx,
            form.get("username", ""),
            form.get("password", ""),
            _role(form.get("role", "")),
            actor=asker.actor,
        )

    return _try(act)


@blueprint.post("/accounts/<username>/password")
def set_password(username: str) -> ResponseReturnValue:
    """Give an account a new password; its sessions end."""
    asker = require(Right.MANAGE_STAFF)
    password = request.form.get("password", "")

    def act() -> None:
        accounts.set_password(parts().ctx, username, password, actor=asker.actor)
        disconnect_device(f"staff:{username}")

    return _try(act)


@blueprint.post("/accounts/<username>/disabled")
def set_disabled(username: str) -> ResponseReturnValue:
    """Close or reopen an account."""
    asker = require(Right.MANAGE_STAFF)
    disabled = request.form.get("disabled") == "1"

    def act() -> None:
        accounts.set_disabled(parts().ctx, username, disabled, actor=asker.actor)
        disconnect_device(f"staff:{username}")

    return _try(act)


@blueprint.post("/devices/<int:device_id>/revoke")
def revoke(device_id: int) -> ResponseReturnValue:
    """Take a device's token back; its screen is cut off at once."""
    asker = require(Right.MANAGE_DEVICES)

    def act() -> None:
        device = devices.revoke(parts().ctx, device_id, actor=asker.actor)
        disconnect_device(f"{device.kind}:{device.id}")

    return _try(act)


@blueprint.post("/pair")
def pair() -> ResponseReturnValue:
    """Find the screen that shows a code; with a name, let it in under that name."""
    asker = require(Right.MANAGE_DEVICES)
    name = request.form.get("name", "")
    try:
        pairing = parts().pairing.find(request.form.get("code", ""))
        if not name:
            return _page(found=_found(pairing))
        token = devices.new_token()
        devices.pair(parts().ctx, pairing.kind, name, token, actor=asker.actor)
        parts().pairing.let_in(pairing, name, token)
    except MoisoError as exc:
        return _page(error=exc), status_of(exc)
    return redirect("/admin", 303)


def _try(act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
    except MoisoError as exc:
        return _page(error=exc), status_of(exc)
    return redirect("/admin", 303)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as exc:
        raise Invalid("bad_field", field="role", problem=text[:20]) from exc


def _found(pairing: Pairing) -> dict[str, Any]:
    office = parts().ctx.office
    choices = {
        "kiosk": [kiosk.name for kiosk in office.kiosks],
        "board": [board.name for board in office.boards],
        "agent": sorted(
            {printer.agent for printer in office.printers}
            | {panel.agent for panel in office.rating.panels if panel.agent is not None}
            | {"main"}
        ),
        "counter": [str(counter.number) for counter in office.counters],
        "panel": [str(panel.counter) for panel in office.rating.panels],
    }[pairing.kind]
    ordered = sorted(choices, key=lambda name: name != pairing.wanted)
    return {"code": pairing.code, "kind": pairing.kind, "name": pairing.wanted, "choices": ordered}


def _page(error: MoisoError | None = None, found: dict[str, Any] | None = None) -> str:
    ctx = parts().ctx
    language = texts.current_language()
    now = ctx.clock.now()
    manages_staff = Right.MANAGE_STAFF in current_user.rights
    data = page("admin", ["common", "error"])
    return render_template(
        "admin/admin.html",
        page=data,
        office=data["office"],
        accounts=[
            {
                "username": account.username,
                "role": account.role,
                "disabled": account.disabled,
                "locked": account.locked_until is not None and account.locked_until > now,
            }
            for account in (accounts.accounts(ctx) if manages_staff else [])
        ],
        devices=[
            {
                "id": device.id,
                "kind": device.kind,
                "name": device.name,
                "paired_at": device.paired_at.astimezone(OFFICE_ZONE).strftime("%d/%m/%Y %H:%M"),
                "revoked": device.revoked_at is not None,
            }
            for device in devices.everyone(ctx)
        ],
        pending=[
            {"kind": pairing.kind, "name": pairing.wanted, "address": pairing.address}
            for pairing in parts().pairing.pending()
        ],
        manages_staff=manages_staff,
        found=found,
        error=None if error is None else texts.sentence(error.key, error.fields, language),
        notice=None,
    )
