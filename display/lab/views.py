"""The lab page and its calls; the whole blueprint exists in the demo only."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from appliance.config import ButtonConfig
from appliance.errors import Denied, Invalid, NotFound, Unavailable
from display.api.bodies import Body, json_body
from display.lab.panels import panel_control, panel_states
from display.lab.rig import LabRig
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


class Press(Body):
    """Drive a button's pin: low is pushed. `panel` names the pins of the panels' agent."""

    pin: Annotated[int, Field(ge=0, le=27)]
    level: Literal["low", "high"]
    panel: bool = False


class Fault(Body):
    """What to do to the simulated printer."""

    paper: Literal["ok", "near_end", "out"] | None = None
    cover: Literal["open", "closed"] | None = None
    power: Literal["on", "off"] | None = None


@blueprint.before_request
def _demo_only() -> None:
    """Refuse requests that a page of another site could have made."""
    if request.method == "POST" and request.headers.get("X-Moiso-Lab") != "1":
        raise Denied("demo_only")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the virtual office."""
    frames = [
        {"kind": "kiosk", "url": "/kiosk"},
        {"kind": "board", "url": "/board"},
        {"kind": "console", "url": "/console"},
    ]
    data = page("lab", ["common", "lab", "role", "kind", "level", "error"], frames=frames)
    return render_template("lab/lab.html", page=data, office=data["office"])


@blueprint.get("/api/state")
def state() -> ResponseReturnValue:
    """Return buttons with levels and lights, the link, the printer, the demo's accounts."""
    rig = _rig()
    try:
        agent = rig.control_call({"op": "state"})
    except Unavailable:
        agent = {"pins": {}, "lights": {}, "link": "lost"}
    return jsonify(
        buttons=[_button(button, agent) for button in parts().config.agent.buttons],
        panels=panel_states(rig),
        link=agent["link"],
        printer=_printer(),
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
    """Break or mend the simulated printer."""
    body = json_body(Fault)
    status, answer = _printer_call("POST", "/fault", body.model_dump(exclude_none=True))
    if status != 200:
        raise Invalid("bad_field", field="fault", problem=answer.decode(errors="replace")[:200])
    return jsonify(ok=True)


@blueprint.get("/api/slips/<int:number>.png")
def slip(number: int) -> ResponseReturnValue:
    """Return the picture of a slip."""
    status, picture = _printer_call("GET", f"/slips/{number}.png")
    if status != 200:
        raise NotFound("not_found")
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


def _printer_call(method: str, path: str, body: object = None) -> tuple[int, bytes]:
    rig = _rig()
    return rig.printer_call(next(iter(rig.simulators)), method, path, body)


def _printer() -> dict[str, Any] | None:
    try:
        status, answer = _printer_call("GET", "/state")
    except Unavailable:
        return None
    found: dict[str, Any] = json.loads(answer)
    return found if status == 200 else None
