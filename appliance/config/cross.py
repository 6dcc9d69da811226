"""What one table of the configuration says about another: names, pins, labels, hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from itertools import combinations, pairwise
from typing import Any

from pydantic import ValidationError

from appliance.config.paths import Loc, Wrong, dotted, near, shown, wrong
from appliance.config.reach import reach_problems
from appliance.config.schema import (
    BoardConfig,
    ButtonConfig,
    CounterConfig,
    HoursConfig,
    PrinterConfig,
    RatingConfig,
    ServiceConfig,
)
from appliance.config.tables import Found, Tables, names, read_tables, zones_of
from appliance.domain.rating import SCALES


def cross_check(raw: Mapping[str, Any]) -> list[Wrong]:
    """Return every contradiction in `raw`, the parsed file.

    Works on the raw tables, so that a file with a wrong key still hears about its wrong names.
    """
    tables = read_tables(raw)
    return [
        *_duplicates(tables),
        *_label_problems(tables.services),
        *_reference_problems(tables, raw),
        *reach_problems(tables, raw),
        *_sound_problems(tables.boards),
        *_pin_problems(tables.buttons),
        *_level_problems(tables.buttons, raw),
        *_hours_problems(raw, tables.services),
    ]


def _duplicates(tables: Tables) -> Iterator[Wrong]:
    yield from _repeated(((*loc, "code"), s.code) for loc, s in tables.services)
    # One prefix is one series: two services would use up each other's numbers of the day.
    yield from _repeated(((*loc, "prefix"), s.prefix) for loc, s in tables.services)
    yield from _repeated(((*loc, "number"), c.number) for loc, c in tables.counters)
    yield from _repeated(((*loc, "name"), b.name) for loc, b in tables.boards)
    yield from _repeated(((*loc, "name"), k.name) for loc, k in tables.kiosks)
    yield from _repeated(((*loc, "name"), p.name) for loc, p in tables.printers)
    yield from _repeated(_ways(tables.printers))
    yield from _repeated(((*loc, "counter"), p.counter) for loc, p in tables.panels)
    for loc, counter in tables.counters:
        yield from _repeated(((*loc, "services", i), c) for i, c in enumerate(counter.services))


def _ways(printers: Found[PrinterConfig]) -> Iterator[tuple[Loc, object]]:
    """Yield how each printer is reached: two that share one would print into each other."""
    for loc, printer in printers:
        if printer.kind == "tcp":
            yield (*loc, "host"), f"{printer.host}:{printer.port}"
        elif printer.kind == "usb":
            usb_id = f"{printer.vendor_id}:{printer.product_id}"
            yield (*loc, "product_id"), f"{printer.agent} {usb_id}"
        else:
            yield (*loc, "device"), f"{printer.agent} {printer.device}"


def _pin_problems(buttons: Found[ButtonConfig]) -> Iterator[Wrong]:
    used: list[tuple[Loc, object]] = []
    for loc, button in buttons:
        used.append(((*loc, "pin"), button.pin))
        if button.light_pin is not None:
            used.append(((*loc, "light_pin"), button.light_pin))
    yield from _repeated(used)


def _level_problems(buttons: Found[ButtonConfig], raw: Mapping[str, Any]) -> Iterator[Wrong]:
    scale = RatingConfig().scale
    with suppress(ValidationError):  # told by the schema
        scale = RatingConfig.model_validate(raw.get("rating", {})).scale
    asked = SCALES[f"hai-long-{scale}"]
    for loc, button in buttons:
        if button.level is not None and button.level not in asked:
            yield wrong("level_not_asked", (*loc, "level"), level=button.level, scale=scale)


def _repeated(values: Iterable[tuple[Loc, object]]) -> Iterator[Wrong]:
    first: dict[object, Loc] = {}
    for loc, value in values:
        if value in first:
            yield wrong("taken", loc, value=shown(value), by=dotted(first[value]))
        first.setdefault(value, loc)


def _label_problems(services: Found[ServiceConfig]) -> Iterator[Wrong]:
    for loc, service in services:
        if service.start > _last(service, capped=False):
            place = (*loc, "start")
            yield wrong("start_too_wide", place, start=service.start, width=service.width)
    for (loc, one), (other_loc, other) in combinations(services, 2):
        label = _shared_label(one, other)
        if label is not None and one.prefix != other.prefix:  # else told as taken
            yield wrong("shared_label", (*other_loc, "prefix"), label=label, other=dotted(loc))


def _last(service: ServiceConfig, *, capped: bool = True) -> int:
    """Return the largest number that the service's width and daily cap allow."""
    last: int = 10**service.width - 1
    if capped and service.daily_cap is not None:
        last = min(last, service.start + service.daily_cap - 1)
    return last


def _shared_label(one: ServiceConfig, other: ServiceConfig) -> str | None:
    """Return the first label that both series would give on a long day; None if there is none.

    Labels of one length meet only if one prefix begins the other: what the longer prefix has
    more is then read as the leading digits of the shorter one's numbers ("1"+"001" = "10"+"01").
    """
    short, long = sorted((one, other), key=lambda s: len(s.prefix))
    more = long.prefix.removeprefix(short.prefix)
    same_length = len(short.prefix) + short.width == len(long.prefix) + long.width
    if not same_length or not long.prefix.startswith(short.prefix) or (more and not more.isdigit()):
        return None
    offset = int(more or 0) * 10**long.width
    first = max(short.start, offset + long.start)
    if first > min(_last(short), offset + _last(long)):
        return None
    return f"{short.prefix}{first:0{short.width}d}"


def _reference_problems(tables: Tables, raw: Mapping[str, Any]) -> Iterator[Wrong]:
    services = names(raw, "services", "code")
    kiosks = names(raw, "kiosks", "name")
    printers = names(raw, "printers", "name")
    counters = names(raw, "counters", "number")
    for loc, counter in tables.counters:
        for index, code in enumerate(counter.services):
            yield from _unknown("no_service", (*loc, "services", index), code, services)
    zones = zones_of(raw, "counters", CounterConfig)
    for loc, board in tables.boards:
        yield from _unknown("no_zone", (*loc, "zone"), board.zone, zones)
    for loc, kiosk in tables.kiosks:
        yield from _unknown("no_printer", (*loc, "printer"), kiosk.printer, printers)
    for loc, printer in tables.printers:
        yield from _unknown("no_printer", (*loc, "fallback"), printer.fallback, printers)
        if printer.fallback == printer.name:
            yield wrong("own_fallback", (*loc, "fallback"))
    for loc, button in tables.buttons:
        yield from _unknown("no_kiosk", (*loc, "kiosk"), button.kiosk, kiosks)
        yield from _unknown("no_service", (*loc, "service"), button.service, services)
        yield from _unknown("no_counter", (*loc, "counter"), button.counter, counters)
    for loc, panel in tables.panels:
        yield from _unknown("no_counter", (*loc, "counter"), panel.counter, counters)


def _sound_problems(boards: Found[BoardConfig]) -> Iterator[Wrong]:
    speaks: dict[str, Loc] = {}
    for loc, board in boards:
        if board.sound and board.zone in speaks:
            by = dotted(speaks[board.zone])
            yield wrong("zone_spoken", (*loc, "sound"), zone=board.zone, by=by)
        elif board.sound:
            speaks[board.zone] = loc


def _unknown(key: str, loc: Loc, name: object, known: list[object]) -> Iterator[Wrong]:
    if name is not None and name not in known:
        meant = near(str(name), map(str, known))
        yield wrong(key, loc, name=shown(name), near=meant)


def _hours_problems(raw: Mapping[str, Any], services: Found[ServiceConfig]) -> Iterator[Wrong]:
    with suppress(ValidationError):  # told by the schema
        yield from _week_problems(("hours",), HoursConfig.model_validate(raw.get("hours", {})))
    for loc, service in services:
        if service.hours is not None:
            yield from _week_problems((*loc, "hours"), service.hours)


def _week_problems(loc: Loc, hours: HoursConfig) -> Iterator[Wrong]:
    days: dict[Loc, tuple[str, ...]] = {
        (*loc, day): windows for day, windows in hours if day != "exceptions"
    }
    for day, windows in hours.exceptions.items():
        days[(*loc, "exceptions", day)] = windows
        try:
            date.fromisoformat(day)
        except ValueError:
            yield wrong("no_such_day", (*loc, "exceptions", day))
    for day_loc, windows in days.items():
        for window in windows:
            start, _, end = window.partition("-")
            if start >= end:
                yield wrong("window_backwards", day_loc, window=window)
        for before, after in pairwise(windows):
            if after.partition("-")[0] < before.partition("-")[2]:
                yield wrong("window_overlaps", day_loc, window=after, before=before)
