"""Ratings over HTTP: only a panel's own token can rate; nobody can read."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from appliance.domain.people import Right
from appliance.domain.rating import Via
from appliance.usecases.rate import Asked, give_reasons, rate
from display.api.answers import RatingAnswer, StoredAnswer, answer
from display.api.bodies import RatingRequest, ReasonsRequest, honest_age_ms, json_body
from display.auth import require
from display.limits import by_asker, limiter
from display.parts import parts

blueprint = Blueprint("api_ratings", __name__, url_prefix="/api/v1/ratings")
# A hammering child must not fill the disk; nobody else comes near it.
FASTEST = "30 per 10 second"


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
            age_ms=honest_age_ms(body.age_ms),
            ticket_id=body.ticket,
            right_panel=asker.name == str(body.counter),
        ),
        actor=asker.actor,
    )
    return answer(RatingAnswer(rule=done.rule.value), 200 if done.repeated else 201)


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
    return answer(StoredAnswer(), 201)
