"""Printers over HTTP: a new roll of paper."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from appliance.domain.people import Right
from appliance.storage.types import iso
from display.api.answers import RollAnswer, answer
from display.api.bodies import RollRequest, json_body
from display.auth import require
from display.parts import parts

blueprint = Blueprint("api_printers", __name__, url_prefix="/api/v1/printers")


@blueprint.post("/roll-changed")
def roll_changed() -> ResponseReturnValue:
    """Note a full roll of paper; its agent is asked to count anew."""
    asker = require(Right.HANDLE_SLIPS)
    body = json_body(RollRequest)
    agents = parts().agents
    change = agents.change_roll(body.printer, request_id=body.request_id, actor=asker.actor)
    return answer(
        RollAnswer(printer=change.printer, at=iso(change.at), counted=agents.rolls.counted(change))
    )
