"""The board in the hall."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import NotFound
from display.page import page
from display.parts import parts

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
    """Show the board of `?zone=`, the first zone if none is named."""
    zones = parts().ctx.office.zones
    zone = request.args.get("zone") or zones[0]
    if zone not in zones:
        raise NotFound("unknown_zone", zone=zone[:32])
    data = page("board", ["common", "live", "time", "error", "state", "board"], name=zone)
    return render_template("board/board.html", page=data, office=data["office"])
