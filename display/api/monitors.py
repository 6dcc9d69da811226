"""For monitors: the state of everything as JSON, and numbers for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from appliance.domain.people import Right
from appliance.errors import NotSignedIn
from appliance.health.metrics import CONTENT_TYPE, metrics
from display.api.answers import answer
from display.auth import bearer, is_monitor, require
from display.parts import parts

blueprint = Blueprint("monitors", __name__)


@blueprint.get("/api/v1/status")
def status() -> ResponseReturnValue:
    """Return every device and process, worst first, and today's numbers.

    How citizens rated is told to whoever signed in with the right to see it, never to a program.
    """
    with_levels = not is_monitor() and Right.SEE_RATINGS in require(Right.SEE_STATUS).rights
    _seq, found = parts().watch.status(with_levels=with_levels)
    return answer(found)


@blueprint.get("/metrics")
def numbers() -> ResponseReturnValue:
    """Return the numbers, to this machine or to whoever holds the monitors' token."""
    if not is_monitor():
        raise NotSignedIn("wrong_token" if bearer() else "not_signed_in")
    kinds = [screen.view.kind for screen in parts().hub.screens()]
    return Response(metrics(parts().watch, kinds), content_type=CONTENT_TYPE)
