"""The console: a clerk chooses a counter once, then works with the keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from appliance.domain.office import Service
from appliance.domain.people import Right
from appliance.domain.press import REPEAT_MS
from appliance.errors import Invalid
from display import texts
from display.auth import console_token, require
from display.page import page
from display.parts import parts
from display.staff.entry import to_sign_in

blueprint = Blueprint(
    "console",
    __name__,
    url_prefix="/console",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the console of the chosen counter, or the choice; without a session, the sign-in."""
    if not current_user.is_authenticated:
        return to_sign_in()
    require(Right.WORK_COUNTER)
    office = parts().ctx.office
    number = session.get("counter")
    if number not in [counter.number for counter in office.counters]:
        number = None
    data = page(
        "console",
        [
            *("common", "live", "time", "error", "console", "wait", "state"),
            *("cause", "remedy", "paper", "kind"),
        ],
        csrf=generate_csrf(),
        counter=number,
        hold_ms=REPEAT_MS,
        live_token=None if number is None else console_token(current_user, number),
        user={"username": current_user.username, "role": current_user.role.value},
        services=[_names(service) for service in office.services],
    )
    language = texts.current_language()
    counters = [
        {
            "number": counter.number,
            "services": [office.service(code).name(language) for code in counter.services],
        }
        for counter in office.counters
    ]
    return render_template(
        "console/console.html",
        page=data,
        office=data["office"],
        counter=number,
        counters=counters,
    )


@blueprint.post("/counter")
def choose() -> ResponseReturnValue:
    """Remember the counter in the session; an empty one means: choose again."""
    require(Right.WORK_COUNTER)
    text = request.form.get("counter", "")
    if not text:
        session.pop("counter", None)
    else:
        try:
            number = int(text)
        except ValueError as exc:
            raise Invalid("bad_field", field="counter", problem="not a number") from exc
        session["counter"] = parts().ctx.office.counter(number).number
    return redirect("/console", 303)


def _names(service: Service) -> dict[str, Any]:
    return {"code": service.code, "name_vi": service.name_vi, "name_en": service.name_en}
