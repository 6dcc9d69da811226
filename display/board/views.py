"""The board in the hall, and the sounds that it plays."""

from __future__ import annotations

import re

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import NotFound
from display.auth import require_device
from display.page import page
from display.parts import parts

_SOUND = re.compile(r"(?P<label>[0-9A-Z]{1,8})-(?P<counter>[1-9][0-9]?)(?P<priority>-p)?")

blueprint = Blueprint(
    "board",
    __name__,
    url_prefix="/board",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the board `?name=`, else the first one of `?zone=`, else the first of all."""
    office = parts().ctx.office
    if name := request.args.get("name", ""):
        board = office.board(name[:32])
    elif zone := request.args.get("zone", ""):
        board = office.board_of_zone(zone[:32])
    else:
        board = office.boards[0]
    data = page("board", ["common", "live", "time", "error", "state", "board"], name=board.name)
    return render_template("board/board.html", page=data, office=data["office"])


@blueprint.get("/voice/<name>.wav")
def voice(name: str) -> ResponseReturnValue:
    """Return the sound of a call: `name` is label-counter, or label-counter-p for priority.

    Made from the name alone and the same each time; a board gets the calls of its own zone. The
    header X-Moiso-First-Reading tells after how many seconds the first reading is over: a board
    with many calls to speak stops there.
    """
    device = require_device(("board",))
    asked = _SOUND.fullmatch(name)
    if asked is None:
        raise NotFound("not_found")
    office = parts().ctx.office
    counter = office.counter(int(asked["counter"]))
    if counter.zone != office.board(device.name).zone:
        raise NotFound("unknown_counter", counter=counter.number)
    call = (asked["label"], counter.number)
    priority = asked["priority"] is not None
    announcer = parts().voice
    sound = announcer.call(*call, priority=priority)
    first_s = announcer.first_reading_s(*call, priority=priority)
    headers = {"X-Moiso-First-Reading": f"{first_s:.3f}"}
    return Response(sound, mimetype="audio/wav", headers=headers)
