"""The queue over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from appliance.domain.people import Right
from appliance.usecases import queries
from display.api.answers import QueueAnswer, answer
from display.auth import require
from display.parts import parts

blueprint = Blueprint("api_queue", __name__, url_prefix="/api/v1/queue")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Return who waits, in order, and what is open at each counter."""
    require(Right.SEE_QUEUE)
    return answer(QueueAnswer.model_validate(queries.queue(parts().ctx)))
