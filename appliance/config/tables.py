"""The tables of the parsed file, as far as they are right in themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from appliance.config.paths import Loc
from appliance.config.schema import (
    BoardConfig,
    ButtonConfig,
    CounterConfig,
    KioskConfig,
    PanelConfig,
    PrinterConfig,
    ServiceConfig,
)

M = TypeVar("M", bound=BaseModel)
Found = list[tuple[Loc, M]]


@dataclass(frozen=True)
class Tables:
    """The tables that are right in themselves, each with its place in the file."""

    services: Found[ServiceConfig]
    counters: Found[CounterConfig]
    boards: Found[BoardConfig]
    kiosks: Found[KioskConfig]
    printers: Found[PrinterConfig]
    buttons: Found[ButtonConfig]
    panels: Found[PanelConfig]


def read_tables(raw: Mapping[str, Any]) -> Tables:
    """Return the usable tables of `raw`, the parsed file."""
    return Tables(
        services=_usable(raw, ("services",), ServiceConfig),
        counters=_usable(raw, ("counters",), CounterConfig),
        boards=_usable(raw, ("boards",), BoardConfig),
        kiosks=_usable(raw, ("kiosks",), KioskConfig),
        printers=_usable(raw, ("printers",), PrinterConfig),
        buttons=_usable(raw, ("agent", "buttons"), ButtonConfig),
        panels=_usable(raw, ("panels",), PanelConfig),
    )


def names(raw: Mapping[str, Any], table: str, key: str) -> list[Any]:
    """Return the names that the file gives, those in wrong tables too: they are meant."""
    return [
        item[key] for item in _items(raw, (table,)) if isinstance(item, Mapping) and key in item
    ]


def zones_of(raw: Mapping[str, Any], table: str, model: type[BaseModel]) -> list[Any]:
    """Return the zones of counters or boards, wrong ones too; the default need not be written."""
    default = model.model_fields["zone"].default
    return [
        item.get("zone", default) for item in _items(raw, (table,)) if isinstance(item, Mapping)
    ]


def _usable(raw: Mapping[str, Any], loc: Loc, model: type[M]) -> Found[M]:
    usable: Found[M] = []
    for index, item in enumerate(_items(raw, loc)):
        try:
            usable.append(((*loc, index), model.model_validate(item)))
        except ValidationError:
            continue  # told by the schema
    return usable


def _items(raw: Mapping[str, Any], loc: Loc) -> list[Any]:
    """Return the array of tables at `loc`; nothing if something else stands there."""
    at: Any = raw
    for part in loc:
        at = at.get(part) if isinstance(at, Mapping) else None
    return at if isinstance(at, list) else []
