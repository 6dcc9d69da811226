"""The slip in the browser, dot for dot as a printer of the office prints it."""

from __future__ import annotations

import base64

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from appliance.config.schema import PrinterConfig
from appliance.domain.people import Right
from appliance.errors import Invalid, MoisoError, NotFound, Unavailable
from display import texts
from display.auth import require
from display.errors import status_of
from display.page import page
from display.parts import parts
from display.slips import sample_slip
from display.staff.entry import to_sign_in

_PAPER_MM = {384: 58, 512: 80, 576: 80}
_RETRY_AFTER_S = 3

blueprint = Blueprint(
    "preview",
    __name__,
    url_prefix="/preview",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show a sample slip of `?service=` at `?printer=`, the first ones if none is named.

    `?width=` draws it for paper of another width, in dots.
    """
    if not current_user.is_authenticated:
        return to_sign_in()
    require(Right.MANAGE_DEVICES)
    own = parts()
    asked = request.args
    service = own.ctx.office.service(asked.get("service") or own.ctx.office.services[0].code)
    printer = _printer(asked.get("printer", ""))
    width = _width(asked.get("width", ""))
    if width is not None:
        printer = printer.model_copy(update={"width_dots": width})
    slip = sample_slip(
        own.ctx.office,
        service,
        own.public_url,
        own.ctx.clock.now(),
        priority="priority" in asked,
        reprint="reprint" in asked,
    )
    picture, error = b"", None
    try:
        picture = own.paint_slip(slip, printer)
    except MoisoError as exc:
        error = exc
    data = page("preview", ["common", "error"])
    html = render_template(
        "preview/preview.html",
        page=data,
        office=data["office"],
        printers=[one.name for one in own.config.printers],
        services=own.ctx.office.services,
        printer=printer.name,
        widths=_PAPER_MM,
        width=width,
        service=service,
        priority="priority" in asked,
        reprint="reprint" in asked,
        picture=base64.b64encode(picture).decode(),
        error=error and texts.sentence(error.key, error.fields, texts.current_language()),
    )
    headers = {"Retry-After": str(_RETRY_AFTER_S)} if isinstance(error, Unavailable) else {}
    return html, 200 if error is None else status_of(error), headers


def _width(text: str) -> int | None:
    """Return the width in dots, None for the printer's own."""
    if not text:
        return None
    for width in _PAPER_MM:
        if text == str(width):
            return width
    raise Invalid("unknown_width")


def _printer(name: str) -> PrinterConfig:
    """Return the named printer, else the first; an office without any has the usual one."""
    known = parts().config.printers
    for printer in known:
        if name in ("", printer.name):
            return printer
    if name:
        raise NotFound("unknown_printer", printer=name)
    return PrinterConfig(name="printer")
