"""Every key of ``moiso.toml``, typed and ranged; docs/configuration.md is made from here."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from appliance.config.shapes import (
    Code,
    DayText,
    DeviceNode,
    Prefix,
    RateText,
    ServerUrl,
    SlipText,
    UsbId,
    WebAddress,
    WindowText,
)

MIN_BAUD = 38_400
_SLIP_BYTES = 29_000  # the fullest

LevelName = Literal[
    "rat_hai_long", "hai_long", "binh_thuong", "khong_hai_long", "rat_khong_hai_long"
]


class Section(BaseModel):
    """A table of the file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeConfig(Section):
    """Who the office is; printed on the slip and shown on the screens."""

    name: SlipText = Field(min_length=1, max_length=120, description="Name of the one-stop point")
    parent: SlipText = Field(
        "", max_length=120, description="Authority above it, first line of a slip"
    )
    address: str = Field("", max_length=200, description="Postal address")
    code: str = Field("", max_length=20, description="Agency code, such as H26.107")
    procedure_url: WebAddress = Field(
        "",
        description="Page on the papers to bring, a QR code on slips, at most 200 long; "
        "empty = no code",
    )


class HoursConfig(Section):
    """Windows in which numbers are given, in office time; an empty list is a closed day."""

    monday: tuple[WindowText, ...] = Field(
        ("07:30-11:45", "13:00-16:45"), description="Windows of a Monday"
    )
    tuesday: tuple[WindowText, ...] = Field(
        ("07:30-11:45", "13:00-16:45"), description="Windows of a Tuesday"
    )
    wednesday: tuple[WindowText, ...] = Field(
        ("07:30-11:45", "13:00-16:45"), description="Windows of a Wednesday"
    )
    thursday: tuple[WindowText, ...] = Field(
        ("07:30-11:45", "13:00-16:45"), description="Windows of a Thursday"
    )
    friday: tuple[WindowText, ...] = Field(
        ("07:30-11:45", "13:00-16:45"), description="Windows of a Friday"
    )
    saturday: tuple[WindowText, ...] = Field(("07:30-11:45",), description="Windows of a Saturday")
    sunday: tuple[WindowText, ...] = Field((), description="Windows of a Sunday")
    exceptions: dict[DayText, tuple[WindowText, ...]] = Field(
        default_factory=dict, description="Days that differ: holidays, swaps, local closures"
    )


class ServiceConfig(Section):
    """A service and its series of numbers."""

    code: Code = Field(description="Name in the database and the API; never change it")
    name_vi: SlipText = Field(min_length=1, max_length=80, description="Vietnamese name")
    name_en: str = Field(min_length=1, max_length=80, description="English name")
    prefix: Prefix = Field(description="In front of its numbers, its own")
    start: int = Field(1, ge=0, le=9999, description="First number of the day")
    width: int = Field(3, ge=1, le=5, description="Digits of the number; the series ends with them")
    daily_cap: int | None = Field(None, ge=1, description="Most tickets a day; none = no limit")
    hours: HoursConfig | None = Field(None, description="Own hours; none = the office's")
    procedure_url: WebAddress = Field(
        "", description="Its own page on the papers to bring; empty = the office's"
    )


class CounterConfig(Section):
    """A counter and the services it calls."""

    number: int = Field(ge=1, le=99, description="The number on its sign")
    services: tuple[Code, ...] = Field(min_length=1, description="Codes of its services")
    zone: Code = Field("main", description="Part of the hall whose boards show it")


class BoardConfig(Section):
    """A screen in the hall that shows a zone's calls; one of a zone may speak them."""

    name: Code = Field(description="Name of the board, as it is paired")
    zone: Code = Field("main", description="The zone whose calls it shows")
    sound: bool = Field(False, description="true: it speaks the calls; at most one board of a zone")


class KioskConfig(Section):
    """A place where numbers are taken."""

    name: Code = Field(description="Name of the kiosk")
    printer: Code | None = Field(None, description="Its printer; none = numbers on screen only")
    screen: bool = Field(True, description="false: refuses presses while its printer is bad")


class PrinterConfig(Section):
    """A ticket printer and how its agent reaches it."""

    name: Code = Field(description="Name of the printer")
    agent: Code = Field("main", description="The agent that owns it")
    fallback: Code | None = Field(
        None, description="The printer that takes over its slips while it cannot print"
    )
    place_vi: str = Field(
        "",
        max_length=60,
        description='Its name for citizens: "máy in cạnh quầy 3"; empty = by name',
    )
    place_en: str = Field("", max_length=60, description="The same in English")
    kind: Literal["tcp", "serial", "usblp", "usb"] = Field(
        "tcp", description="How it is reached: network, serial line, USB by the kernel, USB direct"
    )
    host: str = Field("127.0.0.1", description="For tcp: its address")
    port: int = Field(9100, ge=1, le=65535, description="For tcp: its port")
    device: DeviceNode = Field("", description="For serial and usblp: its device node")
    baud: int = Field(115200, description="For serial: its speed, at least 38400")
    vendor_id: UsbId = Field("", description="For usb: first half of the id that lsusb shows")
    product_id: UsbId = Field("", description="For usb: second half of that id")
    profile: str = Field(
        "default", description="Its model by python-escpos' name; `python -m printer profiles`"
    )
    width_dots: Literal[384, 512, 576] | None = Field(
        None, description="Printable width, 384 for 58 mm paper; none = the profile's, else 576"
    )
    can_answer: bool = Field(
        True, description="false: the way to it brings no answers, slips stay unconfirmed"
    )
    layout: str = Field("", description="File with the slip's layout; empty = the usual slip")
    roll_mm: int = Field(
        80000, ge=0, le=500000, description="Length of a new roll of paper; 0 = do not count"
    )
    warn_tickets: int = Field(
        50, ge=0, le=1000, description="Warn when paper is left for fewer tickets than this"
    )

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.kind in ("serial", "usblp") and not self.device:
            raise PydanticCustomError("needs_device", "needs_device", {"kind": self.kind})
        if self.kind == "usb" and not (self.vendor_id and self.product_id):
            raise PydanticCustomError("needs_usb_id", "needs_usb_id")
        if self.baud < MIN_BAUD:
            slip_s = round(_SLIP_BYTES * 10 / max(1, self.baud))
            found = {"baud": self.baud, "seconds": slip_s, "limit": MIN_BAUD}
            raise PydanticCustomError("too_slow", "too_slow", found)
        return self


class PriorityConfig(Section):
    """How priority tickets and normal ones take turns."""

    run: int = Field(
        2, ge=1, le=100, description="Priority calls in a row past one who came before"
    )
    normal_wait_limit_s: int = Field(
        1200, ge=60, le=14400, description="Who waited longer is not overtaken by priority"
    )


class QueueConfig(Section):
    """Rules of the queue."""

    recall_limit: int = Field(3, ge=1, le=10, description="Times a called ticket may be recalled")
    return_behind: int = Field(
        3, ge=0, le=50, description="An absent citizen who returns goes behind this many"
    )
    priority: PriorityConfig = Field(default_factory=PriorityConfig)


class ServerConfig(Section):
    """The server process."""

    host: str = Field("0.0.0.0", description="Address to listen on")  # noqa: S104
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on (MOISO_PORT)")
    threads: int = Field(
        128, ge=8, le=512, description="Worker threads; screens may use half of them"
    )
    public_url: str = Field(
        "", description="Address that phones reach, for the QR code; empty = the request's host"
    )


class RatingConfig(Section):
    """What served citizens are asked; a change of the scale begins a new series of ratings."""

    scale: Literal[5, 4, 3] = Field(
        5, description="Levels: the official five, four without a middle, or three"
    )
    closing_grace_min: int = Field(
        60,
        ge=0,
        le=240,
        description="Minutes after the hours in which ratings count: who holds a number is served",
    )


class PanelConfig(Section):
    """A counter's rating panel: a tablet, buttons of an agent, or both."""

    counter: int = Field(ge=1, le=99, description="Its counter; one panel each")
    agent: Code | None = Field(None, description="The agent with its buttons; none = tablet only")


class LimitsConfig(Section):
    """How fast anybody may ask."""

    tickets_per_device: RateText = Field(
        "10 per 10 second", description="Tickets that one kiosk may take"
    )
    logins_per_address: RateText = Field(
        "20 per 1 minute", description="Sign-in attempts from one address"
    )
    login_failures: int = Field(5, ge=3, le=20, description="Wrong passwords before a lock-out")
    lockout_s: int = Field(300, ge=30, le=86400, description="Length of the lock-out")
    body_bytes: int = Field(65536, ge=1024, le=1048576, description="Largest request body")


class ButtonConfig(Section):
    """A push button on a GPIO pin of the agent's Pi, with the light beside it."""

    pin: int = Field(ge=0, le=27, description="BCM number; the button pulls it to ground")
    press: Literal["issue", "call", "recall", "finish", "rate"] = Field(
        description="What it asks for"
    )
    light_pin: int | None = Field(None, ge=0, le=27, description="BCM number of its light")
    kiosk: Code | None = Field(None, description="For issue: the kiosk it belongs to")
    service: Code | None = Field(None, description="For issue: the service")
    counter: int | None = Field(None, ge=1, le=99, description="For the others: the counter")
    level: LevelName | None = Field(None, description="For rate: the level")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.press == "issue" and (self.kiosk is None or self.service is None):
            raise PydanticCustomError("issue_needs", "issue_needs")
        if self.press != "issue" and self.counter is None:
            raise PydanticCustomError("needs_counter", "needs_counter", {"press": self.press})
        if (self.press == "rate") != (self.level is not None):
            raise PydanticCustomError("needs_level", "needs_level")
        return self


class AgentConfig(Section):
    """The agent process of this Pi."""

    name: Code = Field("main", description="Its name, as printers refer to it")
    server_url: ServerUrl = Field("http://127.0.0.1:8080", description="Where its server is")
    pin_factory: Literal["auto", "lgpio", "gpiod", "mock"] = Field(
        "auto", description="GPIO backend; auto: lgpio, else gpiod"
    )
    buttons: tuple[ButtonConfig, ...] = Field((), description="Push buttons, one table each")


class Config(Section):
    """The whole file."""

    office: OfficeConfig
    hours: HoursConfig = Field(default_factory=HoursConfig)
    services: tuple[ServiceConfig, ...] = Field(min_length=1, max_length=24)
    counters: tuple[CounterConfig, ...] = Field(min_length=1, max_length=99)
    boards: tuple[BoardConfig, ...] = Field(
        (), description="Boards; none = one for each zone, named like it, with sound"
    )
    kiosks: tuple[KioskConfig, ...] = ()
    printers: tuple[PrinterConfig, ...] = ()
    queue: QueueConfig = Field(default_factory=QueueConfig)
    rating: RatingConfig = Field(default_factory=RatingConfig)
    panels: tuple[PanelConfig, ...] = ()
    server: ServerConfig = Field(default_factory=ServerConfig)
    limits: LimitsConfig = Field(default_factory=LimitsConfig)
    agent: AgentConfig = Field(default_factory=AgentConfig)
