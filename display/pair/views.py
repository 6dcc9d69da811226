"""The pairing page and the calls behind it."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from appliance.errors import Denied, NotFound
from appliance.usecases import devices
from display.api.bodies import Body, json_body
from display.errors import answer
from display.limits import limiter
from display.page import page
from display.pair.desk import LIFE_S
from display.parts import parts

blueprint = Blueprint(
    "pair",
    __name__,
    url_prefix="/pair",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
GONE = 410


class Start(Body):
    """A screen or agent asks for a code; `name` is what it would like to be."""

    kind: Annotated[str, Field(max_length=12)]
    name: Annotated[str, Field(max_length=32)] = ""


class Claim(Body):
    """The secret that `start` gave."""

    secret: Annotated[str, Field(min_length=16, max_length=64)]


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the page that displays a code until somebody lets the screen in."""
    wanted = {"kind": request.args.get("kind", ""), "name": request.args.get("name", "")}
    data = page("pair", ["common", "error", "time", "pair", "kind"], wanted=wanted)
    return render_template("pair/pair.html", page=data)


@blueprint.post("/start")
@limiter.limit("30 per 1 minute")
def start() -> ResponseReturnValue:
    """Give a screen its six digits and the secret to claim the token with."""
    body = json_body(Start)
    pairing, secret = parts().pairing.start(body.kind, body.name, request.remote_addr or "")
    return jsonify(code=pairing.code, secret=secret, expires_s=int(LIFE_S)), 201


@blueprint.post("/claim")
def claim() -> ResponseReturnValue:
    """Give the token, once: 202 while nobody decided, 410 when the code is gone."""
    body = json_body(Claim)
    try:
        pairing = parts().pairing.claim(body.secret)
    except NotFound as exc:
        return answer(exc, GONE)
    if pairing is None:
        return jsonify(state="waiting"), 202
    return jsonify(token=pairing.token, name=pairing.name)


@blueprint.post("/demo")
def demo() -> ResponseReturnValue:
    """Let a screen of the demo in without a code; refused outside the demo.

    The header cannot be sent by a page of another site without asking first.
    """
    if not parts().demo or request.headers.get("X-Moiso-Lab") != "1":
        raise Denied("demo_only")
    body = json_body(Start)
    if body.kind not in ("kiosk", "board", "counter", "panel"):
        raise NotFound("unknown_kind", kind=body.kind)
    token = devices.new_token()
    paired = devices.pair(parts().ctx, body.kind, body.name, token, actor="demo")
    return jsonify(token=token, name=paired.name)
