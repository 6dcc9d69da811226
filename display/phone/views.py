"""A citizen's phone: number, people ahead, called or not; nothing personal, dies with the day.

Phones poll with an ETag and never hold a socket: the server's threads are for the office.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.domain.ticket import TicketState
from appliance.errors import NotFound
from appliance.storage.types import iso
from appliance.usecases import queries
from appliance.usecases.queries import TicketView
from display.errors import answer
from display.page import page
from display.parts import parts
from display.phone.rating import GONE, rating_state
from display.qr import svg
from display.rating.views import words
from display.slips import phone_url

blueprint = Blueprint(
    "phone",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/phone/static",
)
_NEAR = 5
_POLL_NEAR_S = 4
_POLL_FAR_S = 15
_POLL_OVER_S = 60
_MAY_CHANGE_SOON = frozenset(
    {TicketState.CALLED, TicketState.SERVING, TicketState.ABSENT}  # serving: rating comes next
)
_QR_AGE_S = 86400


@blueprint.get("/t/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the ticket's page; 410 once its day is over."""
    view = _living(token)
    state = None if view is None else _state(view)
    data = page(
        "phone",
        ["common", "time", "error", "phone", "wait", "state", "level", "reason", "rate"],
        state_url=f"/t/{token}/state",
        poll_s=None if state is None else state["poll_s"],
        ticket=None if state is None else state["ticket"],
        ahead=0 if state is None else state["ahead"],
        wait=None if state is None else state["wait"],
        rating=None if state is None else state["rating"],
        rating_url=f"/t/{token}/rating",
        **words(),
    )
    html = render_template(
        "phone/phone.html",
        page=data,
        office=data["office"],
        ticket=data["ticket"],
        ahead=data["ahead"],
        gone=view is None,
    )
    return html, GONE if view is None else 200


@blueprint.get("/t/<token>/state")
def state(token: str) -> ResponseReturnValue:
    """Return what the page shows and when to ask again; 304 if nothing changed."""
    view = _living(token)
    if view is None:
        return answer(NotFound("ticket_gone"), GONE)
    body = _state(view)
    response: Response = jsonify(**body, at=iso(parts().ctx.clock.now()))
    # The time is not part of the tag: it differs in every answer.
    response.set_etag(_tag(body))
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


@blueprint.get("/t/<token>/qr.svg")
def qr(token: str) -> ResponseReturnValue:
    """Return the QR code that leads to the ticket's page."""
    queries.ticket_by_token(parts().ctx, token)
    response = make_response(svg(phone_url(parts().public_url, token)))
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = f"private, max-age={_QR_AGE_S}"
    return response


def _living(token: str) -> TicketView | None:
    try:
        view = queries.ticket_by_token(parts().ctx, token)
    except NotFound:
        # A wrong token and an old one look the same: neither is worth guessing at.
        return None
    return view if view.today else None


def _state(view: TicketView) -> dict[str, Any]:
    ticket = view.ticket
    queue_state = TicketState(ticket.state)
    rating = rating_state(ticket)
    if queue_state in _MAY_CHANGE_SOON or (rating is not None and rating["until"] is not None):
        poll_s = _POLL_NEAR_S
    elif queue_state is TicketState.WAITING:
        poll_s = _POLL_NEAR_S if view.ahead < _NEAR else _POLL_FAR_S
    else:
        poll_s = _POLL_OVER_S
    return {
        "ticket": ticket.model_dump(mode="json"),
        "ahead": view.ahead,
        "wait": None if view.wait is None else view.wait.model_dump(),
        "poll_s": poll_s,
        "rating": rating,
    }


def _tag(body: dict[str, Any]) -> str:
    ticket = body["ticket"]
    rating = body["rating"] or {}
    wait = body["wait"] or {}
    return (
        f"{ticket['state']}-{ticket['calls']}-{ticket['counter']}-{body['ahead']}"
        f"-{wait.get('from_min')}-{wait.get('to_min')}"
        f"-{rating.get('until')}-{rating.get('rated')}"
    )
