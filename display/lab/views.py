"""The lab page and its calls; the whole blueprint exists in the demo only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from pydantic import Field

from appliance.config import ButtonConfig
from appliance.errors import Denied, Unavailable
from appliance.usecases import accounts, queries
from appliance.usecases.accounts import LockRule
from display.api.bodies import Body, json_body
from display.auth import begin_session
from display.lab.panels import panel_control, panel_states
from display.lab.printers import mend_all, printer_states, set_faults, slip_picture
from display.lab.rig import LabRig
from display.lab.told import told
from display.page import page
from display.parts import parts

blueprint = Blueprint(
    "lab",
    __name__,
    url_prefix="/lab",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
# `staff` frames need somebody who is signed in; the phone shows the newest ticket.
FRAMES = (
    {"kind": "board", "url": "/board"},
    {"kind": "kiosk", "url": "/kiosk"},
    {"kind": "kiosk", "name": "kiosk-2", "url": "/kiosk?name=kiosk-2"},
    {"kind": "console", "url": "/console", "staff": True},
    {"kind": "panel", "name": "1", "url": "/rating?counter=1", "width": 1280, "height": 720},
    {"kind": "phone", "width": 390, "height": 844},
    {"kind": "status", "url": "/status", "staff": True},
    {"kind": "counter", "name": "1", "url": "/counter?counter=1"},
)
_COUNTER = 1
_TEXTS = (
    *("common", "lab", "live", "time", "role", "kind", "error", "cause", "remedy", "phone"),
    *("level", "reason"),
)


class Press(Body):
    """Drive a button's pin: low is pushed. `panel` names the pins of the panels' agent."""

    pin: Annotated[int, Field(ge=0, le=27)]
    level: Literal["low", "high"]
    panel: bool = False


class Fault(Body):
    """What to do to a simulated printer; the simulator knows the names and what they may be."""

    printer: Annotated[str, Field(max_length=32)]
    faults: dict[str, bool | int | float | str | None]


@blueprint.before_request
def _demo_only() -> None:
    """Refuse requests that a page of another site could have made."""
    if request.method == "POST" and request.headers.get("X-Moiso-Lab") != "1":
        raise Denied("demo_only")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the virtual office."""
    office = parts().ctx.office
    known = {"", *(kiosk.name for kiosk in office.kiosks)}
    frames = [one for one in FRAMES if one["kind"] != "kiosk" or one.get("name", "") in known]
    signed_in = bool(current_user.is_authenticated)
    data = page("lab", _TEXTS, frames=frames, signed_in=signed_in)
    return render_template("lab/lab.html", page=data, office=data["office"])


@blueprint.get("/api/state")
def state() -> ResponseReturnValue:
    """Return buttons with levels and lights, the link, printers, what the system says is wrong."""
    rig = _rig()
    try:
        agent = rig.control_call({"op": "state"})
    except Unavailable:
        agent = {"pins": {}, "lights": {}, "link": "lost"}
    newest = queries.newest_ticket(parts().ctx)
    return jsonify(
        buttons=[_button(button, agent) for button in parts().config.agent.buttons],
        panels=panel_states(rig),
        link=agent["link"],
        printers=printer_states(rig),
        told=told(),
        newest=None if newest is None else {"label": newest.label, "url": f"/t/{newest.token}"},
        accounts=[vars(account) for account in rig.accounts],
    )


@blueprint.post("/api/press")
def press() -> ResponseReturnValue:
    """Drive a pin."""
    body = json_body(Press)
    rig = _rig()
    control = panel_control(rig) if body.panel else None
    rig.control_call({"op": "drive", "pin": body.pin, "level": body.level}, control)
    return jsonify(ok=True)


@blueprint.post("/api/fault")
def fault() -> ResponseReturnValue:
    """Break or mend one simulated printer."""
    body = json_body(Fault)
    set_faults(_rig(), body.printer, body.faults)
    return jsonify(ok=True)


@blueprint.post("/api/mend")
def mend() -> ResponseReturnValue:
    """Mend every simulated printer."""
    mend_all(_rig())
    return jsonify(ok=True)


@blueprint.post("/api/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign the demo's clerk in at a counter, so that the screens of staff can be watched."""
    clerk = next(account for account in _rig().accounts if account.role == "clerk")
    limits = parts().config.limits
    rule = LockRule(limits.login_failures, limits.lockout_s)
    account = accounts.sign_in(parts().ctx, clerk.username, clerk.password, rule)
    begin_session(account)
    session["counter"] = _COUNTER
    return jsonify(ok=True)


@blueprint.get("/api/slips/<printer>/<int:number>.png")
def slip(printer: str, number: int) -> ResponseReturnValue:
    """Return the picture of a slip."""
    picture = slip_picture(_rig(), printer, number)
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "max-age=86400"})


def _rig() -> LabRig:
    rig = parts().lab
    if rig is None:
        raise Denied("demo_only")
    return rig


def _button(button: ButtonConfig, agent: dict[str, Any]) -> dict[str, Any]:
    names = {"name_vi": "", "name_en": ""}
    if button.service is not None:
        service = parts().ctx.office.service(button.service)
        names = {"name_vi": service.name_vi, "name_en": service.name_en}
    light = None if button.light_pin is None else agent["lights"].get(str(button.light_pin))
    return {
        "pin": button.pin,
        "press": button.press,
        "service": button.service,
        "counter": button.counter,
        "level": agent["pins"].get(str(button.pin), "high"),
        "light": light,
        **names,
    }
