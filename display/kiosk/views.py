"""The kiosk: the page on which citizens take numbers."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from display.page import page
from display.parts import parts

blueprint = Blueprint(
    "kiosk",
    __name__,
    url_prefix="/kiosk",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the kiosk `?name=`, the first one if none is named; the page brings its own token."""
    kiosks = parts().ctx.office.kiosks
    name = request.args.get("name") or (kiosks[0].name if kiosks else "")
    parts().ctx.office.kiosk(name)
    data = page(
        "kiosk",
        ["common", "live", "time", "error", "kiosk", "wait", "cause"],
        name=name,
        places={
            printer.name: {"vi": printer.place_vi, "en": printer.place_en or printer.place_vi}
            for printer in parts().ctx.office.printers
        },
    )
    return render_template("kiosk/kiosk.html", page=data, office=data["office"])
