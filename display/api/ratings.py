"""Ratings over HTTP: only a panel's own token can rate; nobody can read."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from appliance.domain.people import Right
from appliance.domain.rating import MOST_REASONS, Level, Reason, Via
from appliance.protocol.agent import RequestId
from appliance.usecases.rate import Asked, give_reasons, rate
from display.api.bodies import Body, json_body
from display.auth import require
from display.limits import by_asker, limiter
from display.parts import parts

blueprint = Blueprint("api_ratings", __name__, url_prefix="/api/v1/ratings")
# A hammering child must not fill the disk; nobody else comes near it.
FASTEST = "30 per 10 second"
_DAY_MS = 86_400_000


class RatingRequest(Body):
    """A level was pressed `age_ms` ago; `ticket` is whom the page asked."""

    counter: Annotated[int, Field(ge=1, le=99)]
    level: Annotated[Level, Field(strict=False)]
    request_id: RequestId
    ticket: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    age_ms: Annotated[int, Field(ge=0, le=_DAY_MS)] = 0


class ReasonsRequest(Body):
    """Why; `rating` is the request_id of the press."""

    rating: RequestId
    reasons: Annotated[
        list[Annotated[Reason, Field(strict=False)]], Field(min_length=1, max_length=MOST_REASONS)
    ]
    request_id: RequestId


@blueprint.post("")
@limiter.limit(FASTEST, key_func=by_asker)
def press() -> ResponseReturnValue:
    """Store a press: 201, and 200 if the same request comes again; `rule` is what became of it."""
    asker = require(Right.RATE)
    body = json_body(RatingRequest)
    done = rate(
        parts().ctx,
        Asked(
            counter=body.counter,
            level=body.level,
            via=Via.PAGE,
            request_id=body.request_id,
            age_ms=body.age_ms,
            ticket_id=body.ticket,
            right_panel=asker.name == str(body.counter),
        ),
        actor=asker.actor,
    )
    return jsonify(rule=done.rule.value), 200 if done.repeated else 201


@blueprint.post("/reasons")
@limiter.limit(FASTEST, key_func=by_asker)
def reasons() -> ResponseReturnValue:
    """Store why somebody was dissatisfied."""
    asker = require(Right.RATE)
    body = json_body(ReasonsRequest)
    give_reasons(
        parts().ctx,
        body.rating,
        tuple(body.reasons),
        via=Via.PAGE,
        owner=int(asker.name),
        request_id=body.request_id,
        actor=asker.actor,
    )
    return jsonify(stored=True), 201
