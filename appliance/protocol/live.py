"""The live channel: what a screen says and hears over Socket.IO.

A screen connects with ``auth = {"token": …}`` and sends ``hello``. It hears

``snapshot``  a `Snapshot`: the whole state, as of `seq`. It replaces everything, and never speaks.
``event``     a `LiveEvent` of this screen's own stream. If `prev` is not the last seq that the
              screen holds, it says ``hello`` again.
``speaker``   a `Speaker`, boards only: a newer screen speaks the calls now. It falls silent at
              once, in the middle of a call, too: that call is owed by the newer one. Who begins to
              speak is told so by a snapshot.
``tick``      a `Tick` every 4 s: the stream's position, office time. Silence of 9 s = lost.

and answers ``drawn`` (`Drawn`) after each snapshot or event that it has painted. The board that
speaks also says ``sound`` (`Sound`) when its sound goes on or off, ``spoken`` (`Spoken`) after each
call that was heard, and ``unheard`` (`Unheard`) for each that was not. Only ``ticket.called`` and
``ticket.recalled`` are spoken, once each: what a snapshot shows is not, but for its `unspoken`,
calls of the last half minute that the screen that spoke before was still to speak, or that came
while none was there.

Pages of older versions say ``hello`` with words; nobody reads them.

The state in a snapshot depends on the screen's kind:

kiosk    {office, kiosk, services: [KioskService], changes_at: ISO|null (the next time at which a
         service opens or closes: say hello again then), printer: DeviceState|null, standby: name
         of the printer that takes over now|null, recent: [KioskTicket]} (recent: this kiosk's
         tickets of the last 30 s, newest first)
board    {office, board, zone, sound (whether it speaks the zone's calls), others (whether the
         board is open on another screen, too: then this one speaks only while it hears of the
         server), unspoken: [Unspoken] (for the one that speaks, in order), counters:
         [BoardCounter], calls: [Call] (newest first, at most 7), waiting: {service: n}, services:
         [{code, name_vi, name_en}]}
counter  {office, counter, services: [{code, name_vi, name_en}], waiting: {service: n}, ticket:
         Ticket|null (called or served here), open: whether any of its services is, next_open:
         ISO|null, changes_at: ISO|null (say hello again then)}
console  {office, counter, ticket: Ticket|null, services: [ConsoleService], waiting: [Ticket] (of
         this counter's services, in calling order, at most 50), absent: [Ticket], printers:
         [DeviceState], unprinted: [Unprinted] (today, not on paper, still waiting)}
panel    {office, counter, scale, levels: [code], reasons: [code], armed: {ticket: id, label, until:
         ISO, rated: bool}|null}. Its events carry {counter, ticket: id|null, label} alone: whom to
         ask, never what anybody answered.
status   `protocol.status.Status`. Much of it is judged by age, so the page says hello every few
         seconds; its stream holds the events device.*, printer.*, rating.* and print.*, without
         their payload, at which it says hello at once.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from appliance.protocol.events import TicketBody, WaitBody

TICK_S = 4.0
LOST_AFTER_S = 9.0
SCREEN_KINDS = ("kiosk", "board", "counter", "console", "panel", "status")


class Message(BaseModel):
    """A message that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Snapshot(Message):
    """The whole state of one screen as of `seq`; `at` is domain time, ISO UTC."""

    seq: int
    at: str
    state: dict[str, Any]


class LiveEvent(Message):
    """One event of the screen's stream: apply it if `prev` equals the seq that is held."""

    prev: int
    seq: int
    at: str
    type: str
    payload: dict[str, Any]


class Tick(Message):
    """The stream's position and the domain time."""

    seq: int
    at: str


class Speaker(Message):
    """Whether this screen speaks: of those opened as one board the newest does, if any.

    Only False is sent.
    """

    sound: bool


class Drawn(Message):
    """The screen painted `seq`; `frame` counts its frames, so that a frozen page shows."""

    seq: int
    frame: int


class Sound(Message):
    """Whether the screen's sound works: `locked` until somebody presses its button."""

    state: Literal["on", "locked", "failed"]


class Spoken(Message):
    """The screen played the call of event `seq` to its end, or, since others waited, the first of
    its two readings; `file` is the sound's name.
    """

    seq: int
    file: Annotated[str, Field(max_length=64)]


class Unheard(Message):
    """The screen could not play the call of event `seq`, or not while it was still news."""

    seq: int
    file: Annotated[str, Field(max_length=64)]


class DeviceState(Message):
    """A device's state as last reported; `unknown` when the report is too old."""

    device: str
    device_kind: str
    state: Literal["ok", "degraded", "failed", "unknown"]
    causes: tuple[str, ...]
    since: str


class KioskService(Message):
    """A button of the kiosk; `next_open` is ISO UTC when closed, null if not within a month."""

    code: str
    name_vi: str
    name_en: str
    prefix: str
    open: bool
    next_open: str | None
    waiting: int


class KioskTicket(Message):
    """A ticket that this kiosk gave; `paper` as in `domain.paper`, or "none"."""

    ticket: TicketBody
    ahead: int
    wait: WaitBody | None
    paper: str
    printer: str | None
    url: str


class BoardCounter(Message):
    """A counter of the zone and the ticket that is open at it."""

    number: int
    ticket: TicketBody | None


class Call(Message):
    """A call as the board lists it."""

    ticket: TicketBody
    counter: int
    at: str


class Unspoken(Message):
    """A call, event `seq`, that a board's voice has not played to its end yet."""

    seq: int
    ticket: TicketBody
    counter: int


class ConsoleService(Message):
    """A service of this counter and how many wait for it."""

    code: str
    name_vi: str
    name_en: str
    waiting: int


class Unprinted(Message):
    """A ticket whose slip is not on paper."""

    ticket: TicketBody
    paper: str
    reason: str
