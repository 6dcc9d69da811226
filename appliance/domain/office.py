"""What an office is made of: services with their series, counters, kiosks, printers, hours."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.domain.calendar import Hours
from appliance.domain.errors import NotFound
from appliance.domain.rating import RatingPolicy


@dataclass(frozen=True)
class Series:
    """The numbers of one service: `prefix` + number padded to `width` digits, from `start`.

    A series never outgrows its width: "1" + 3 digits ends at 1999, so that two series with
    different prefixes can never show the same label.
    """

    prefix: str
    start: int = 1
    width: int = 3

    @property
    def last(self) -> int:
        """Return the largest number that fits the width."""
        return int(10**self.width) - 1

    def label(self, number: int) -> str:
        """Return what is printed, shown and spoken for `number`."""
        return f"{self.prefix}{number:0{self.width}d}"


@dataclass(frozen=True)
class Service:
    """A field that citizens take numbers for; `procedure_url` tells which papers to bring."""

    code: str
    name_vi: str
    name_en: str
    series: Series
    hours: Hours | None = None
    daily_cap: int | None = None
    procedure_url: str = ""

    def name(self, language: str) -> str:
        """Return the name in `language`; Vietnamese for all but "en"."""
        return self.name_en if language == "en" else self.name_vi


@dataclass(frozen=True)
class Counter:
    """A desk; serves the services whose codes it lists, in zone `zone`."""

    number: int
    services: tuple[str, ...]
    zone: str = "main"


@dataclass(frozen=True)
class Board:
    """A screen that shows the calls of a zone; the one with `sound` speaks them."""

    name: str
    zone: str
    sound: bool


@dataclass(frozen=True)
class Kiosk:
    """Where numbers are taken. Without a screen it must refuse while its printer is bad."""

    name: str
    printer: str | None
    screen: bool = True


@dataclass(frozen=True)
class Printer:
    """A ticket printer and the agent that owns it; `fallback` prints while it cannot.

    `place_vi` and `place_en` tell citizens where it is; empty for one that has only its name.
    """

    name: str
    agent: str
    fallback: str | None = None
    place_vi: str = ""
    place_en: str = ""


@dataclass(frozen=True)
class PriorityPolicy:
    """After `run` overtakings in a row the normal ticket goes; past the limit none overtakes it."""

    run: int = 2
    normal_wait_limit_s: int = 20 * 60


@dataclass(frozen=True)
class Office:
    """One one-stop point, as configured; immutable while the server runs."""

    name: str
    parent: str
    address: str
    code: str
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    boards: tuple[Board, ...]
    kiosks: tuple[Kiosk, ...]
    printers: tuple[Printer, ...]
    hours: Hours
    priority: PriorityPolicy = field(default_factory=PriorityPolicy)
    return_behind: int = 3
    recall_limit: int = 3
    rating: RatingPolicy = field(default_factory=RatingPolicy)

    def service(self, code: str) -> Service:
        """Return the service `code`; raises NotFound("unknown_service")."""
        for service in self.services:
            if service.code == code:
                return service
        raise NotFound("unknown_service", service=code)

    def hours_of(self, code: str) -> Hours:
        """Return when the service works: in hours of its own, or else in the office's.

        Of a service that is not configured any more, the office's hours are all that is known.
        """
        own = next((service.hours for service in self.services if service.code == code), None)
        return own or self.hours

    def counter(self, number: int) -> Counter:
        """Return the counter `number`; raises NotFound("unknown_counter")."""
        for counter in self.counters:
            if counter.number == number:
                return counter
        raise NotFound("unknown_counter", counter=number)

    def board(self, name: str) -> Board:
        """Return the board `name`; raises NotFound("unknown_board")."""
        for board in self.boards:
            if board.name == name:
                return board
        raise NotFound("unknown_board", board=name)

    def board_of_zone(self, zone: str) -> Board:
        """Return the first board of `zone`; raises NotFound("unknown_zone")."""
        for board in self.boards:
            if board.zone == zone:
                return board
        raise NotFound("unknown_zone", zone=zone)

    def kiosk(self, name: str) -> Kiosk:
        """Return the kiosk `name`; raises NotFound("unknown_kiosk")."""
        for kiosk in self.kiosks:
            if kiosk.name == name:
                return kiosk
        raise NotFound("unknown_kiosk", kiosk=name)

    def printer(self, name: str) -> Printer:
        """Return the printer `name`; raises NotFound("unknown_printer")."""
        for printer in self.printers:
            if printer.name == name:
                return printer
        raise NotFound("unknown_printer", printer=name)

    def has_printer(self, name: str) -> bool:
        """Return whether the printer is still configured."""
        return any(printer.name == name for printer in self.printers)

    def with_fallbacks(self, name: str) -> list[str]:
        """Return the printer and those that stand in for it, in order; never one twice.

        Raises NotFound("unknown_printer").
        """
        names: list[str] = []
        following: str | None = name
        while following is not None and following not in names:
            names.append(following)
            following = self.printer(following).fallback
        return names

    @property
    def zones(self) -> tuple[str, ...]:
        """Return the zones in the order of their first counter."""
        return tuple(dict.fromkeys(counter.zone for counter in self.counters))
