"""Bodies of API answers; the OpenAPI document is made from these models."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from appliance.protocol.events import TicketBody, WaitBody
from appliance.protocol.live import Spoken


class Answer(BaseModel):
    """A body that holds what its model says, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorBody(Answer):
    """What went wrong: `code` is for programs, `message` for people, in their language."""

    code: str
    message: str
    fields: dict[str, Any] = Field(description="What the message speaks of, by name")


class ErrorAnswer(Answer):
    """The one shape of all errors."""

    error: ErrorBody


class IssuedAnswer(Answer):
    """A ticket that was issued, or issued before to the same request."""

    ticket: TicketBody
    ahead: int = Field(description="How many wait before it")
    wait: WaitBody | None = Field(description="Expected wait; null if too little is known")
    paper: str = Field(description="State of its slip; none where no printer belongs to it")
    printer: str | None = Field(description="The printer that will print it")
    url: str = Field(description="The page for the citizen's phone")
    qr: str = Field(description="The QR code of `url`, as a data: address")


class TicketAnswer(Answer):
    """A ticket and what is known of its slip."""

    ticket: TicketBody
    ahead: int
    wait: WaitBody | None = Field(description="Expected wait from now; null if not known")
    paper: str
    reason: str = Field(description="Why the slip is not on paper")


class VerbAnswer(Answer):
    """The ticket after the verb."""

    ticket: TicketBody


class SlipAnswer(Answer):
    """The ticket and its slip after the verb."""

    ticket: TicketBody
    paper: str = Field(description="State of its slip: queued after a reprint, else superseded")
    printer: str | None = Field(description="The printer of the slip")


class RollAnswer(Answer):
    """A new roll of paper was noted."""

    printer: str
    at: str = Field(description="When it was told, ISO 8601 in UTC")
    counted: bool = Field(description="Whether the printer's agent counts anew by now")


class CounterAnswer(Answer):
    """The ticket that is now open at the counter, null if nobody waits."""

    ticket: TicketBody | None
    finished: TicketBody | None = Field(description="The ticket that the verb ended")
    why: str = Field(description="The routing's reason for its choice")


class QueueCounter(Answer):
    """A counter and what is open at it."""

    number: int
    zone: str
    services: list[str]
    ticket: TicketBody | None


class QueueAnswer(Answer):
    """The queue of the business day as of event `seq`."""

    seq: int
    day: str
    waiting: list[TicketBody]
    counters: list[QueueCounter]


class AliveAnswer(Answer):
    """The process takes requests."""

    status: Literal["ok"] = "ok"


class DeviceWord(Answer):
    """A device's state as it was last reported."""

    state: str
    causes: list[str]


class RatingAnswer(Answer):
    """What became of a press: the code of its rule."""

    rule: str


class StoredAnswer(Answer):
    """The words were stored."""

    stored: Literal[True] = True


class VoiceWord(Answer):
    """Which set of clips speaks: "office", "shipped" or "chime", and its name."""

    source: str
    name: str


class BoardWord(Answer):
    """A board of the office: how many screens show it, and what its sound last did."""

    name: str
    zone: str
    screens: int
    sound: bool
    heard: str
    spoken: list[Spoken]


class ReadyAnswer(Answer):
    """Whether tickets can be issued and shown, and why not."""

    ready: bool
    reasons: list[str]
    devices: dict[str, DeviceWord]
    voice: VoiceWord
    boards: list[BoardWord]


def answer(body: BaseModel, status: int = 200) -> Response:
    """Return the body as JSON."""
    return Response(body.model_dump_json(), status, mimetype="application/json")
