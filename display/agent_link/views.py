"""``POST /agent/v1/reports`` and ``GET /agent/v1/inbox``, see `protocol.agent`."""

from __future__ import annotations

from flask import Blueprint, Response, request
from pydantic import BaseModel

from appliance.errors import Invalid
from appliance.protocol.agent import ReportBatch
from display.api.bodies import json_body
from display.auth import require_device
from display.parts import parts

_LARGEST = 2**63 - 1
blueprint = Blueprint("agent_link", __name__, url_prefix="/agent/v1")


@blueprint.post("/reports")
def reports() -> Response:
    """Take a batch of rows and tell what became of each."""
    agent = require_device(("agent",))
    return _json(parts().agents.report(agent.name, json_body(ReportBatch)))


@blueprint.get("/inbox")
def inbox() -> Response:
    """Answer with what is new for the agent, at the latest after a few seconds."""
    agent = require_device(("agent",))
    after = _number("after", 0)
    wait_s = _number("wait", 0)
    seals = bool(_number("seals", 0))
    return _json(parts().agents.inbox(agent.name, after, float(wait_s), seals=seals))


def _number(name: str, default: int) -> int:
    try:
        return min(max(0, int(request.args.get(name, default))), _LARGEST)
    except ValueError as exc:
        raise Invalid("bad_field", field=name, problem="not a number") from exc


def _json(message: BaseModel) -> Response:
    return Response(message.model_dump_json(), mimetype="application/json")
