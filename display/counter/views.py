"""The small screen at a counter: `?counter=`; whom the counter serves, and nothing to touch."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from appliance.domain.office import Counter
from appliance.errors import NotFound
from display.page import page
from display.parts import parts

blueprint = Blueprint(
    "counter",
    __name__,
    url_prefix="/counter",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the screen of `?counter=`, the first one if none is named; it brings its own token."""
    counter = _counter(request.args.get("counter", ""))
    texts = ["common", "live", "time", "error", "counter"]
    data = page("counter", texts, name=str(counter.number))
    return render_template(
        "counter/counter.html", page=data, office=data["office"], counter=counter.number
    )


def _counter(named: str) -> Counter:
    for counter in parts().ctx.office.counters:
        if not named or str(counter.number) == named:
            return counter
    raise NotFound("unknown_counter", counter=named[:20])
