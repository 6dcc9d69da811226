"""The verbs of a counter over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from appliance.domain.people import Right
from appliance.usecases.absent import absent
from appliance.usecases.at_counter import Outcome
from appliance.usecases.call_next import call_next
from appliance.usecases.finish import finish
from appliance.usecases.recall import recall
from appliance.usecases.serve import serve
from display.api.answers import CounterAnswer, answer
from display.api.bodies import CounterVerb, json_body
from display.auth import require
from display.parts import parts

blueprint = Blueprint("api_counters", __name__, url_prefix="/api/v1/counters/<int:number>")

VERBS: dict[str, Callable[..., Outcome]] = {
    "call-next": call_next,
    "recall": recall,
    "serve": serve,
    "absent": absent,
    "finish": finish,
}


@blueprint.post("/<any('call-next', recall, serve, absent, finish):verb>")
def act(number: int, verb: str) -> ResponseReturnValue:
    """Do the verb at the counter; `ticket` is null if nobody waits."""
    asker = require(Right.WORK_COUNTER)
    body = json_body(CounterVerb)
    outcome = VERBS[verb](
        parts().ctx,
        number,
        request_id=body.request_id,
        actor=asker.actor,
        seen=body.ticket,
    )
    return answer(CounterAnswer(ticket=outcome.ticket, finished=outcome.finished, why=outcome.why))
