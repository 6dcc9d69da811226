"""From the configuration, which is text, to the office that the domain knows."""

from __future__ import annotations

from datetime import date, time, timedelta

from appliance.config.schema import Config, HoursConfig, ServiceConfig
from appliance.domain.calendar import Hours, Window
from appliance.domain.office import (
    Board,
    Counter,
    Kiosk,
    Office,
    Printer,
    PriorityPolicy,
    Series,
    Service,
)
from appliance.domain.rating import Panel, RatingPolicy


def to_office(config: Config) -> Office:
    """Return the office that `config` describes; nothing but `config` decides it."""
    queue, hours = config.queue, to_hours(config.hours)
    procedure_url = config.office.procedure_url
    return Office(
        name=config.office.name,
        parent=config.office.parent,
        address=config.office.address,
        code=config.office.code,
        services=tuple(_service(service, hours, procedure_url) for service in config.services),
        counters=tuple(Counter(c.number, c.services, c.zone) for c in config.counters),
        boards=_boards(config),
        kiosks=tuple(Kiosk(k.name, k.printer, k.screen) for k in config.kiosks),
        printers=tuple(
            Printer(p.name, p.agent, p.fallback, p.place_vi, p.place_en) for p in config.printers
        ),
        hours=hours,
        priority=PriorityPolicy(queue.priority.run, queue.priority.normal_wait_limit_s),
        return_behind=queue.return_behind,
        recall_limit=queue.recall_limit,
        rating=RatingPolicy(
            scale=f"hai-long-{config.rating.scale}",
            panels=tuple(Panel(p.counter, p.agent) for p in config.panels),
            closing_grace=timedelta(minutes=config.rating.closing_grace_min),
        ),
    )


def _boards(config: Config) -> tuple[Board, ...]:
    """Return the boards; where none is named, one for each zone, which speaks."""
    if config.boards:
        return tuple(Board(b.name, b.zone, b.sound) for b in config.boards)
    zones = dict.fromkeys(counter.zone for counter in config.counters)
    return tuple(Board(zone, zone, sound=True) for zone in zones)


def to_hours(hours: HoursConfig) -> Hours:
    """Return the windows that the texts of `hours` mean."""
    week = (
        hours.monday,
        hours.tuesday,
        hours.wednesday,
        hours.thursday,
        hours.friday,
        hours.saturday,
        hours.sunday,
    )
    return Hours(
        week=tuple(_windows(day) for day in week),
        exceptions={date.fromisoformat(d): _windows(w) for d, w in hours.exceptions.items()},
    )


def to_window(text: str) -> Window:
    """Return the window that "07:30-11:45" means."""
    start, _, end = text.partition("-")
    return Window(time.fromisoformat(start), time.fromisoformat(end))


def _windows(texts: tuple[str, ...]) -> tuple[Window, ...]:
    return tuple(to_window(text) for text in texts)


def _service(service: ServiceConfig, office: Hours, procedure_url: str) -> Service:
    own = None if service.hours is None else to_hours(service.hours)
    if own is not None:
        # A holiday of the office is one of every service, unless the service says otherwise.
        own = Hours(own.week, {**office.exceptions, **own.exceptions})
    return Service(
        code=service.code,
        name_vi=service.name_vi,
        name_en=service.name_en,
        series=Series(service.prefix, service.start, service.width),
        hours=own,
        daily_cap=service.daily_cap,
        procedure_url=service.procedure_url or procedure_url,
    )
