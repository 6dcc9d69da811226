"""The agent link: what an agent reports, and what it finds in its inbox.

``POST /agent/v1/reports`` carries a `ReportBatch`, answered by a `ReportAnswer`. Rows are handled
in order, each idempotent by its own key; the agent sends the next batch only after a 2xx.
``GET /agent/v1/inbox?after=n&wait=20`` is a long poll, answered by an `Inbox` at once when there
is something after `n`, else empty after `wait` seconds. A print job is offered again (with
``after=0``) until its final state was reported.

A print job's number means something only within one history of the server's database: a new
database, or an older copy put back, gives the same numbers again. So a job also has a seal, which
no other job ever has. Who asks with ``seals=1`` is told them and sends them back; an agent from
before the seals does not ask, and a server from before them is sent none.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
LevelName = Literal[
    "rat_hai_long", "hai_long", "binh_thuong", "khong_hai_long", "rat_khong_hai_long"
]
# Left out where there is none: messages refuse unknown fields, and older programs know no seal.
Seal = Annotated[
    str, Field(max_length=64, pattern=r"^[0-9a-f]*$", exclude_if=lambda seal: not seal)
]
RequestId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Message(BaseModel):
    """A message that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PressRow(Message):
    """A button was pushed, the light answered, `age_ms` real milliseconds ago.

    `age_ms` is None when the machine was restarted in between: then the press is expired.
    `kiosk` and `service` belong to an issue, `counter` to all others, `level` to a rating, which
    never expires: it is judged by its own time, of more than 30 days as one of unknown time.
    """

    kind: Literal["press"] = "press"
    request_id: RequestId
    press: Literal["issue", "call", "recall", "finish", "rate"]
    button: str
    age_ms: Annotated[int, Field(ge=0)] | None
    kiosk: str | None = None
    service: str | None = None
    counter: int | None = None
    level: LevelName | None = None


class PrintRow(Message):
    """The ledger's word on a print job: its state at revision `rev` (1, 2, … per job).

    With a `seal` that is not the job's own it is about another job of this number: "unknown_job".
    """

    kind: Literal["print"] = "print"
    job_id: Annotated[int, Field(ge=1, lt=2**63)]
    state: Literal["printed", "unconfirmed", "unknown", "failed", "expired"]
    rev: Annotated[int, Field(ge=1, lt=2**63)]
    reason: str = ""
    seal: Seal = ""


class PaperBody(Message):
    """The paper of one printer, as its ledger counts it.

    `tickets_left` is an estimate, None where the roll's length is not known; `changed_at` is ISO
    UTC, None if nobody ever said that the roll was changed. `change_id` names the `RollMessage`
    that was obeyed last.
    """

    printed_mm: Annotated[int, Field(ge=0, lt=2**63)]
    tickets_left: Annotated[int, Field(ge=0, lt=2**63)] | None
    changed_at: str | None = None
    change_id: Annotated[str, Field(max_length=64)] = ""


class DeviceRow(Message):
    """A device changed its state; `causes` are keys such as "paper_out".

    A printer's row also carries its paper: it is said again when only the paper has changed.
    """

    kind: Literal["device"] = "device"
    device: str
    device_kind: Literal["printer", "button", "agent"]
    state: Literal["ok", "degraded", "failed", "unknown"]
    causes: tuple[str, ...] = ()
    age_ms: Annotated[int, Field(ge=0)] = 0
    paper: PaperBody | None = None


Row = Annotated[PressRow | PrintRow | DeviceRow, Field(discriminator="kind")]


class ReportBatch(Message):
    """Rows in the order in which they happened; `instance` names this run of the agent."""

    v: Literal[1] = 1
    instance: str
    rows: Annotated[list[Row], Field(max_length=100)]


class RowResult(Message):
    """What became of one row: `code` tells why a press was refused."""

    outcome: Literal["done", "repeat", "expired", "refused"]
    code: str = ""
    label: str = ""


class ReportAnswer(Message):
    """One result per row, in the order of the batch."""

    v: Literal[1] = 1
    results: list[RowResult]


class SlipBody(Message):
    """What the slip says; every text is ready to be drawn. The same fields as `printer.slip`."""

    office: str
    parent: str
    title: str
    number: str
    service: str
    ahead_line: str
    priority_line: str
    time_line: str
    notice: tuple[str, ...]
    tracking_url: str
    tracking_line: str
    reprint_line: str = ""
    wait_line: str = ""
    procedure_url: str = ""
    procedure_line: str = ""


class PrintMessage(Message):
    """Print this slip, but start within `left_ms` from now or report it as expired.

    `has_fallback`: another printer may take over, so a slip whose printer is known bad is
    reported as failed at once.
    """

    kind: Literal["print"] = "print"
    n: int
    job_id: int
    printer: str
    left_ms: int
    slip: SlipBody
    has_fallback: bool = False
    seal: Seal = ""


class SupersedeMessage(Message):
    """The slip of this job, whose end was reported, is out of use: reprinted or voided."""

    kind: Literal["supersede"] = "supersede"
    n: int
    job_id: int
    printer: str
    seal: Seal = ""


class RollMessage(Message):
    """A full roll was put into the printer: count its paper anew.

    Offered until a `PaperBody` holds the same `change_id`; the same one twice counts once.
    """

    kind: Literal["roll"] = "roll"
    n: int
    printer: str
    change_id: RequestId


class PanelMessage(Message):
    """Let the lights of the counter's rating panel invite for `left_ms` from now; 0 = no more.

    An agent that is older than this message logs it and goes on.
    """

    kind: Literal["panel"] = "panel"
    n: int
    counter: int
    left_ms: int


AgentMessage = Annotated[
    PrintMessage | SupersedeMessage | RollMessage | PanelMessage, Field(discriminator="kind")
]


class Inbox(Message):
    """Messages after the asked position, and the position to ask after next."""

    v: Literal[1] = 1
    n: int
    messages: list[AgentMessage]
