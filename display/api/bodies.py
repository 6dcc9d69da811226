"""Bodies of API requests, checked before anything is touched."""

from __future__ import annotations

from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.domain.rating import MOST_REASONS, Level, Reason
from appliance.errors import Invalid
from appliance.protocol.agent import RequestId

_DAY_MS = 86_400_000
_OLDEST_PRESS_MS = 15_000
M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """A body that refuses unknown fields and lax types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TicketRequest(Body):
    """Take a number; the same `request_id` again gets the same number."""

    service: Annotated[str, Field(min_length=1, max_length=32, examples=["ho-tich"])]
    priority: bool = False
    request_id: RequestId


class Verb(Body):
    """A verb without further words."""

    request_id: RequestId


class CounterVerb(Verb):
    """A verb at a counter; with `ticket` it is done only while that one is open there, 0: none."""

    ticket: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class ReprintRequest(Body):
    """Print a ticket's slip again; `printer` names where, null for where it belongs."""

    printer: Annotated[str, Field(min_length=1, max_length=32, examples=["printer-1"])] | None = (
        None
    )
    request_id: RequestId


class RollRequest(Body):
    """A full roll of paper was put into `printer`."""

    printer: Annotated[str, Field(min_length=1, max_length=32, examples=["printer-1"])]
    request_id: RequestId


def honest_age_ms(age_ms: int) -> int | None:
    """Return how long ago a page's press was; None if no page would still be sending it.

    Pages give up after 8 s (static/js/api.js). Whoever tells of a press of long ago would say
    when it shall count, after the time for it is over.
    """
    return age_ms if age_ms <= _OLDEST_PRESS_MS else None


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


def json_body(model: type[M]) -> M:
    """Return the request's JSON body; raises Invalid("bad_json") or ValidationError."""
    raw = request.get_data(cache=True)
    try:
        return model.model_validate_json(raw)
    except ValidationError as exc:
        if any(error["type"] == "json_invalid" for error in exc.errors(include_url=False)):
            raise Invalid("bad_json") from exc
        raise
