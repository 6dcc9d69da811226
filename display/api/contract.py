"""Every call of the API with every answer it can give; a test holds it against the routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from appliance.protocol.status import Status
from display.api.answers import (
    AliveAnswer,
    CounterAnswer,
    ErrorAnswer,
    IssuedAnswer,
    QueueAnswer,
    RatingAnswer,
    ReadyAnswer,
    RollAnswer,
    SlipAnswer,
    StoredAnswer,
    TicketAnswer,
    VerbAnswer,
)
from display.api.bodies import (
    CounterVerb,
    RatingRequest,
    ReasonsRequest,
    ReprintRequest,
    RollRequest,
    TicketRequest,
    Verb,
)

Key = Literal["device", "session", "monitor"]
Model = type[BaseModel]
STAFF: tuple[Key, ...] = ("session",)
PANELS: tuple[Key, ...] = ("device",)
SCREENS: tuple[Key, ...] = ("device", "session")
COUNTER_VERBS = ("call-next", "recall", "serve", "absent", "finish")


@dataclass(frozen=True)
class Call:
    """One method of one path. `good` maps a status to its model; None is text of kind `text`.

    What it does, and what its answers mean, say the translations: ``apidocs.call_<name>``.
    """

    method: str
    path: str
    good: Mapping[int, Model | None]
    bad: tuple[int, ...] = ()
    body: Model | None = None
    keys: tuple[Key, ...] = ()
    numbers: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = "text/plain"

    @property
    def name(self) -> str:
        """Return the call's id."""
        words = self.path.removeprefix("/api/v1/").translate(str.maketrans("/{}.-", "     "))
        return "_".join([self.method, *words.split()])


_READ = (401, 403, 503)
_CHANGE = (401, 403, 404, 409, 413, 422, 503)
_TICKET = ("ticket_id",)

CALLS: tuple[Call, ...] = (
    Call(
        "post",
        "/api/v1/tickets",
        {201: IssuedAnswer, 200: IssuedAnswer},
        (*_CHANGE, 429),
        TicketRequest,
        SCREENS,
    ),
    Call(
        "get",
        "/api/v1/tickets/{ticket_id}",
        {200: TicketAnswer},
        (*_READ, 404),
        keys=SCREENS,
        numbers=_TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/return",
        {200: VerbAnswer},
        _CHANGE,
        Verb,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/cancel",
        {200: VerbAnswer},
        _CHANGE,
        Verb,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/slip/reprint",
        {200: SlipAnswer},
        _CHANGE,
        ReprintRequest,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/slip/void",
        {200: SlipAnswer},
        _CHANGE,
        Verb,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/printers/roll-changed",
        {200: RollAnswer},
        _CHANGE,
        RollRequest,
        STAFF,
    ),
    Call(
        "post",
        "/api/v1/counters/{number}/{verb}",
        {200: CounterAnswer},
        _CHANGE,
        CounterVerb,
        STAFF,
        ("number",),
        {"verb": COUNTER_VERBS},
    ),
    Call(
        "get",
        "/api/v1/queue",
        {200: QueueAnswer},
        _READ,
        keys=SCREENS,
    ),
    Call(
        "get",
        "/api/v1/status",
        {200: Status},
        _READ,
        keys=("session", "monitor"),
    ),
    Call(
        "post",
        "/api/v1/ratings",
        {201: RatingAnswer, 200: RatingAnswer},
        (*_CHANGE, 429),
        RatingRequest,
        PANELS,
    ),
    Call(
        "post",
        "/api/v1/ratings/reasons",
        {201: StoredAnswer},
        (*_CHANGE, 429),
        ReasonsRequest,
        PANELS,
    ),
    Call("get", "/api/v1/openapi.json", {200: BaseModel}),
    Call("get", "/api/v1/docs", {200: None}, text="text/html"),
    Call("get", "/healthz", {200: AliveAnswer}),
    Call(
        "get",
        "/readyz",
        {200: ReadyAnswer, 503: ReadyAnswer},
    ),
    Call(
        "get",
        "/metrics",
        {200: None},
        (401,),
        keys=("monitor",),
    ),
)
ERROR = ErrorAnswer
