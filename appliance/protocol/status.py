"""What the status page, `moiso doctor` and monitors are told; see `health.verdicts`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["ok", "degraded", "failed", "unknown"]


class Message(BaseModel):
    """A message that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StatusPaper(Message):
    """The paper of a printer, as counted since its roll was changed."""

    printed_mm: int = Field(description="Millimetres printed on this roll")
    tickets_left: int | None = Field(description="Estimate; null where the roll is not counted")
    changed_at: str | None = Field(description="ISO 8601 in UTC; null if nobody ever told")
    pending: bool = Field(description="A new roll was told, which its agent has yet to count")


class StatusLine(Message):
    """A device or process: since when it is in this state, and why.

    `cause.<key>` and `remedy.<key>` of the translations say what is wrong and what to do.
    """

    part: str = Field(description="Unique in the office, such as printer-1 or screen:3")
    kind: str = Field(description="server, agent, printer, buttons, button, kiosk, board, disk …")
    name: str = Field(description="What people call it; empty where there is only one")
    state: State
    since: str | None = Field(description="ISO 8601 in UTC; null where nobody knows")
    causes: tuple[str, ...]
    count: int = Field(description="How many devices the line stands for")
    attention: bool = Field(description="Whether a person should look at it")
    paper: StatusPaper | None = Field(None, description="Of a printer whose agent is heard of")
    standby: str | None = Field(None, description="The printer that prints in its place now")


class StatusSummary(Message):
    """All lines in one word, and how many of them want a person."""

    state: State
    attention: int


class TodayWaits(Message):
    """Waits from issue to first call in seconds, absent citizens apart; null before a call."""

    n: int
    p50_s: int | None
    p90_s: int | None
    within_15_min_pct: int | None


class Today(Message):
    """The business day in numbers; `slips_…` by what became of the paper."""

    day: str
    issued: int
    waiting: int
    at_counter: int
    served: int
    absent: int
    cancelled: int
    waits: TodayWaits
    slips_printed: int
    slips_under_way: int
    slips_on_screen: int = Field(description="Numbers that were shown on a screen instead")


class StatusSlip(Message):
    """A slip of a waiting ticket that is not on paper; `paper` and `reason` say how it ended."""

    ticket_id: int
    label: str
    printer: str
    paper: str
    reason: str


class CounterRatings(Message):
    """The ratings of one counter today; `excluded` by the code of the rule, see the architecture.

    `levels` is null for whoever may not see them, and until a whole batch has rated.
    """

    counter: int
    n: int
    levels: dict[str, int] | None
    excluded: dict[str, int]


class Ratings(Message):
    """Today's ratings by one scale, `order` best level first."""

    scale: str
    order: tuple[str, ...]
    n: int
    levels: dict[str, int] | None = Field(
        description="Sum of what the counters tell; null for whoever may not see them"
    )
    satisfied_pct: int | None = Field(
        description="null while too few have rated, or not to be seen"
    )
    needed: int = Field(description="How many ratings a share is told from")
    batch: int = Field(description="Levels are told of so many ratings of a counter at once")
    excluded: dict[str, int]
    counters: tuple[CounterRatings, ...]


class Status(Message):
    """Everything: lines worst first."""

    at: str
    summary: StatusSummary
    lines: tuple[StatusLine, ...]
    today: Today | None = Field(description="null while the database cannot be read")
    unprinted: tuple[StatusSlip, ...] = Field(
        (), description="Slips of waiting tickets that are not on paper, newest first"
    )
    ratings: tuple[Ratings, ...] | None = Field(
        None, description="One per scale; null while the database cannot be read"
    )
