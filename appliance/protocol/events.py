"""The rows of the log: one model per type, past tense, each with every field a screen needs.

`TYPES` maps the name in the log to the model. A model's `v` grows when its meaning changes.
Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from appliance.protocol.event import Event
from appliance.protocol.paper_events import RollChanged
from appliance.protocol.staff_events import (
    StaffChanged,
    StaffSignedIn,
    StaffSignedOut,
    StaffSignInFailed,
)


class TicketBody(BaseModel):
    """A ticket as screens see it; `token` is given only to those who may show the QR."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int
    label: str
    service: str
    service_vi: str
    service_en: str
    priority: bool
    state: Literal["waiting", "called", "serving", "absent", "finished", "cancelled", "expired"]
    counter: int | None
    calls: int
    issued_at: str
    called_at: str | None = None
    ended_at: str | None = None


class WaitBody(BaseModel):
    """When a citizen will probably be called: from so many minutes to so many, after being told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_min: int
    to_min: int


class OfficeConfigured(Event):
    """The server started with a configuration other than before; `digest` is its SHA-256."""

    type: ClassVar[str] = "office.configured"
    office: str
    digest: str


class DayOpened(Event):
    """A business day began; numbers start again, or go on if it was open before.

    `instead_of` is the later day that a wrong clock had opened, where somebody put that right.
    """

    type: ClassVar[str] = "day.opened"
    day: str
    instead_of: str | None = None


class ClockWentBack(Event):
    """The clock showed a day before the one that is open; the open day stays."""

    type: ClassVar[str] = "clock.went_back"
    clock: str
    day: str


class TicketEvent(Event):
    """An event of one ticket; `waiting` is how many now wait for its service."""

    ticket: TicketBody
    waiting: int


class TicketIssued(TicketEvent):
    """A citizen has a number. `paper` is "queued", or "none" where no printer belongs to it.

    `wait` is what the citizen was told; None where too little is known.
    """

    type: ClassVar[str] = "ticket.issued"
    ahead: int
    wait: WaitBody | None = None
    paper: Literal["queued", "none"]
    job_id: int | None
    printer: str | None
    kiosk: str | None
    token: str


class TicketCalled(TicketEvent):
    """A counter called the ticket; `why` is the routing's reason, `zone` where it is spoken."""

    type: ClassVar[str] = "ticket.called"
    counter: int
    zone: str
    why: str


class TicketRecalled(TicketEvent):
    """The counter called the same ticket again."""

    type: ClassVar[str] = "ticket.recalled"
    counter: int
    zone: str


class TicketServing(TicketEvent):
    """The citizen has come; service began."""

    type: ClassVar[str] = "ticket.serving"
    counter: int


class TicketAbsent(TicketEvent):
    """Nobody came."""

    type: ClassVar[str] = "ticket.absent"
    counter: int


class TicketFinished(TicketEvent):
    """Service ended; the rating panel of the counter may be armed.

    `verb` is what was asked for: who called the next one finished this one by the way. None
    where the opening of a day ended it, and in events from before the field.
    """

    type: ClassVar[str] = "ticket.finished"
    counter: int
    verb: Literal["finish", "call_next"] | None = None


class TicketReturned(TicketEvent):
    """An absent citizen came back and waits again, `ahead` tickets in front."""

    type: ClassVar[str] = "ticket.returned"
    ahead: int


class TicketCancelled(TicketEvent):
    """A waiting ticket was taken out of the queue by staff."""

    type: ClassVar[str] = "ticket.cancelled"


class TicketExpired(TicketEvent):
    """A ticket still waited when the next business day was opened."""

    type: ClassVar[str] = "ticket.expired"


class PrintChanged(Event):
    """What is known of a slip changed; from the agent's ledger, or rev 0 from the server."""

    type: ClassVar[str] = "print.changed"
    job_id: int
    ticket_id: int
    label: str
    kiosk: str | None
    printer: str
    state: str
    rev: int
    reason: str


class PrintQueued(PrintChanged):
    """Another slip of a ticket was queued; the one before it is superseded by now.

    `reprint` is True where somebody asked for it, False where another printer takes over.
    """

    type: ClassVar[str] = "print.queued"
    reprint: bool


class PressExpired(Event):
    """A press came too late and did nothing; `age_ms` is None after a reboot."""

    type: ClassVar[str] = "press.expired"
    press: str
    button: str
    age_ms: int | None


class PressRefused(Event):
    """A press came in time but the rules forbade it; `code` is the error's key."""

    type: ClassVar[str] = "press.refused"
    press: str
    button: str
    kiosk: str | None
    code: str


class RatingPressed(Event):
    """A level was pressed; whether it counts is computed from all presses of the ticket.

    `pressed_at` is None where nobody knows it. `finished_at` and `next_called_at` are the window
    of the ticket it was made for. The press's request_id is the event's own.
    """

    type: ClassVar[str] = "rating.pressed"
    counter: int
    level: str
    scale: str
    via: Literal["pin", "page", "phone"]
    ticket_id: int | None
    day: str
    pressed_at: str | None
    received_at: str
    right_panel: bool
    at_work: bool
    finished_at: str | None
    next_called_at: str | None


class RatingReasoned(Event):
    """A dissatisfied citizen said why; `press` is the request_id of their press."""

    type: ClassVar[str] = "rating.reasoned"
    press: str
    counter: int
    reasons: tuple[str, ...]


class DeviceChanged(Event):
    """A device is in another state since then; `kiosks` are those whose citizens feel it."""

    type: ClassVar[str] = "device.changed"
    device: str
    device_kind: str
    state: Literal["ok", "degraded", "failed", "unknown"]
    causes: tuple[str, ...]
    since: str
    kiosks: tuple[str, ...]


class DevicePaired(Event):
    """A screen or agent was given a token."""

    type: ClassVar[str] = "device.paired"
    device: str
    device_kind: str


class DeviceRevoked(Event):
    """A token was taken back."""

    type: ClassVar[str] = "device.revoked"
    device: str


TYPES: dict[str, type[Event]] = {
    model.type: model
    for model in (
        OfficeConfigured,
        DayOpened,
        ClockWentBack,
        TicketIssued,
        TicketCalled,
        TicketRecalled,
        TicketServing,
        TicketAbsent,
        TicketFinished,
        TicketReturned,
        TicketCancelled,
        TicketExpired,
        PrintChanged,
        PrintQueued,
        RollChanged,
        PressExpired,
        PressRefused,
        RatingPressed,
        RatingReasoned,
        DeviceChanged,
        DevicePaired,
        DeviceRevoked,
        StaffChanged,
        StaffSignedIn,
        StaffSignedOut,
        StaffSignInFailed,
    )
}
