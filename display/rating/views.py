"""The rating panel as a page: `?counter=`, a tablet at the counter that can do nothing else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from appliance.domain.rating import NEGATIVE, Panel, RatingPolicy, Reason
from appliance.errors import NotFound
from display.page import page
from display.parts import parts

blueprint = Blueprint(
    "rating",
    __name__,
    url_prefix="/rating",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
TEXTS = ["common", "live", "time", "error", "level", "reason", "rate"]


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the panel of `?counter=`, the first one if none is named; it brings its own token."""
    panel = _panel(request.args.get("counter", ""))
    data = page("rating", TEXTS, name=str(panel.counter), **words())
    return render_template(
        "rating/rating.html", page=data, office=data["office"], counter=panel.counter
    )


def words() -> dict[str, Any]:
    """Return what may be pressed: levels in their fixed order, which are bad, and the reasons."""
    levels = parts().ctx.office.rating.levels
    return {
        "levels": [level.value for level in levels],
        "negative": [level.value for level in levels if level in NEGATIVE],
        "reasons": [reason.value for reason in Reason],
    }


def _panel(named: str) -> Panel:
    policy: RatingPolicy = parts().ctx.office.rating
    for panel in policy.panels:
        if not named or str(panel.counter) == named:
            return panel
    raise NotFound("unknown_panel", panel=named[:20])
