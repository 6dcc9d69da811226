"""Rating on the phone: the ticket's random token is the authority, the window is the panel's."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from pydantic import Field

from appliance.domain.rating import MOST_REASONS, Level, Reason, Via
from appliance.domain.ticket import TicketState
from appliance.errors import Denied, NotFound, Refused
from appliance.protocol.agent import RequestId
from appliance.protocol.events import TicketBody
from appliance.storage.types import iso
from appliance.usecases import panel, queries
from appliance.usecases.rate import Asked, give_reasons, rate
from display.api.bodies import Body, honest_age_ms, json_body
from display.errors import answer
from display.limits import limiter
from display.parts import parts

blueprint = Blueprint("phone_rating", __name__)
GONE = 410
FASTEST = "20 per 1 minute"
_ACTOR = "phone"


class PhoneRating(Body):
    """A level was touched."""

    level: Annotated[Level, Field(strict=False)]
    request_id: RequestId
    age_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0


class PhoneReasons(Body):
    """Why; `rating` is the request_id of the press."""

    rating: RequestId
    reasons: Annotated[
        list[Annotated[Reason, Field(strict=False)]], Field(min_length=1, max_length=MOST_REASONS)
    ]
    request_id: RequestId


def _token() -> str:
    """Return the key under which a phone's presses are counted."""
    return str((request.view_args or {}).get("token", ""))


@blueprint.post("/t/<token>/rating")
@limiter.limit(FASTEST, key_func=_token)
def press(token: str) -> ResponseReturnValue:
    """Store a press for the served ticket; 410 once its day is over."""
    ticket = _served(token)
    if ticket is None:
        return answer(NotFound("ticket_gone"), GONE)
    body = json_body(PhoneRating)
    assert ticket.counter is not None, "a finished ticket has been at a counter"
    done = rate(
        parts().ctx,
        Asked(
            counter=ticket.counter,
            level=body.level,
            via=Via.PHONE,
            request_id=body.request_id,
            age_ms=honest_age_ms(body.age_ms),
            ticket_id=ticket.id,
        ),
        actor=_ACTOR,
    )
    return jsonify(rule=done.rule.value), 200 if done.repeated else 201


@blueprint.post("/t/<token>/rating/reasons")
@limiter.limit(FASTEST, key_func=_token)
def reasons(token: str) -> ResponseReturnValue:
    """Store why the citizen was dissatisfied."""
    ticket = _served(token)
    if ticket is None:
        return answer(NotFound("ticket_gone"), GONE)
    body = json_body(PhoneReasons)
    give_reasons(
        parts().ctx,
        body.rating,
        tuple(body.reasons),
        via=Via.PHONE,
        owner=ticket.id,
        request_id=body.request_id,
        actor=_ACTOR,
    )
    return jsonify(stored=True), 201


def rating_state(ticket: TicketBody) -> dict[str, Any] | None:
    """Return until when the citizen may rate, and whether they did; None before the service."""
    if TicketState(ticket.state) is not TicketState.FINISHED:
        return None
    ctx = parts().ctx
    with ctx.db.read() as conn:
        asked = panel.armed_for(conn, ticket.id, ctx.clock.now())
        return {
            "until": None if asked is None else iso(asked.until),
            "rated": panel.is_rated(conn, ticket.id),
        }


def _served(token: str) -> TicketBody | None:
    """Return the ticket, None once its day is over. Raises NotFound, Refused, Denied.

    Who is signed in as staff can never rate, not even with a ticket's link.
    """
    if current_user.is_authenticated:
        raise Denied("not_allowed")
    view = queries.ticket_by_token(parts().ctx, token)
    if not view.today:
        return None
    if TicketState(view.ticket.state) is not TicketState.FINISHED:
        raise Refused("not_served")
    return view.ticket
