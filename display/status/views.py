"""The status page, for staff of every role; the home of technicians."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from appliance.domain.people import Right
from display.auth import require, status_token
from display.page import page
from display.parts import parts
from display.staff.entry import to_sign_in

_TEXTS = (
    *("common", "live", "time", "error", "status", "health", "cause", "remedy", "kind"),
    *("level", "reason", "rule", "paper", "console"),
)
blueprint = Blueprint(
    "status",
    __name__,
    url_prefix="/status",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the state of everything, which the page keeps fresh; without a session, the sign-in."""
    if not current_user.is_authenticated:
        return to_sign_in()
    require(Right.SEE_STATUS)
    with_levels = Right.SEE_RATINGS in current_user.rights
    _seq, status = parts().watch.status(with_levels=with_levels)
    data = page(
        "status",
        _TEXTS,
        csrf=generate_csrf(),
        live_token=status_token(current_user),
        status=status.model_dump(mode="json"),
    )
    return render_template("status/status.html", page=data, office=data["office"])
