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
MEANING = {
    200: "Done",
    201: "Something new was stored: a ticket, a press, reasons",
    401: "Nobody is signed in, or the token is wrong",
    403: "This is not allowed to you, or the CSRF token is missing",
    404: "There is no such thing",
    409: "The rules of the queue forbid it now",
    413: "The body is too large",
    422: "The body is not what it should be",
    429: "Too many requests; wait as long as Retry-After says",
    503: "The server cannot do it now, most often because of its disk",
}


@dataclass(frozen=True)
class Call:
    """One method of one path. `good` maps a status to its model; None is text of kind `text`."""

    method: str
    path: str
    summary: str
    good: Mapping[int, Model | None]
    bad: tuple[int, ...] = ()
    body: Model | None = None
    keys: tuple[Key, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = "text/plain"

    @property
    def name(self) -> str:
        """Return the call's id."""
        words = self.path.removeprefix("/api/v1/").translate(str.maketrans("/{}.-", "     "))
        return "_".join([self.method, *words.split()])


_READ = (401, 403, 503)
_CHANGE = (401, 403, 404, 409, 413, 422, 503)
_TICKET = {"ticket_id": "Id of the ticket"}

CALLS: tuple[Call, ...] = (
    Call(
        "post",
        "/api/v1/tickets",
        "Take a number; the same request_id again gets the same number",
        {201: IssuedAnswer, 200: IssuedAnswer},
        (*_CHANGE, 429),
        TicketRequest,
        SCREENS,
    ),
    Call(
        "get",
        "/api/v1/tickets/{ticket_id}",
        "A ticket, how many wait before it, and what is known of its slip",
        {200: TicketAnswer},
        (*_READ, 404),
        keys=SCREENS,
        numbers=_TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/return",
        "Let an absent citizen wait again",
        {200: VerbAnswer},
        _CHANGE,
        Verb,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/cancel",
        "Take a waiting ticket out of the queue",
        {200: VerbAnswer},
        _CHANGE,
        Verb,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/slip/reprint",
        "Print its slip once more, marked as a reprint; the slip before it no longer counts",
        {200: SlipAnswer},
        _CHANGE,
        ReprintRequest,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/tickets/{ticket_id}/slip/void",
        "Take its slip out of use; the ticket stays in the queue",
        {200: SlipAnswer},
        _CHANGE,
        Verb,
        STAFF,
        _TICKET,
    ),
    Call(
        "post",
        "/api/v1/printers/roll-changed",
        "A full roll of paper was put into a printer; the same request_id again counts once",
        {200: RollAnswer},
        _CHANGE,
        RollRequest,
        STAFF,
    ),
    Call(
        "post",
        "/api/v1/counters/{number}/{verb}",
        "Do a verb at a counter; ticket is null if nobody waits",
        {200: CounterAnswer},
        _CHANGE,
        Verb,
        STAFF,
        {"number": "Number of the counter"},
        {"verb": COUNTER_VERBS},
    ),
    Call(
        "get",
        "/api/v1/queue",
        "Who waits, in order, and what is open at each counter",
        {200: QueueAnswer},
        _READ,
        keys=SCREENS,
    ),
    Call(
        "get",
        "/api/v1/status",
        "Every device and process, worst first, and today's numbers",
        {200: Status},
        _READ,
        keys=("session", "monitor"),
    ),
    Call(
        "post",
        "/api/v1/ratings",
        "A citizen pressed a level on a panel; rule tells what became of it",
        {201: RatingAnswer, 200: RatingAnswer},
        (*_CHANGE, 429),
        RatingRequest,
        PANELS,
    ),
    Call(
        "post",
        "/api/v1/ratings/reasons",
        "Why somebody was dissatisfied",
        {201: StoredAnswer},
        (*_CHANGE, 429),
        ReasonsRequest,
        PANELS,
    ),
    Call("get", "/api/v1/openapi.json", "This document", {200: BaseModel}),
    Call("get", "/api/v1/docs", "This document for people", {200: None}, text="text/html"),
    Call("get", "/healthz", "Whether the process takes requests", {200: AliveAnswer}),
    Call(
        "get",
        "/readyz",
        "Whether tickets can be issued and shown; 503 with the reasons if not",
        {200: ReadyAnswer, 503: ReadyAnswer},
    ),
    Call(
        "get",
        "/metrics",
        "Numbers in Prometheus' text format",
        {200: None},
        (401,),
        keys=("monitor",),
    ),
)
ERROR = ErrorAnswer
