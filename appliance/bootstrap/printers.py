"""Builds a printer from its table in the configuration; what is wrong with it is told by place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from appliance.config.schema import PrinterConfig
from appliance.errors import ConfigInvalid, Problem
from printer.build import draw_slip, open_printer
from printer.driver import Printer
from printer.errors import LayoutInvalid, ProfileUnfit, ProfileUnknown
from printer.spooler import Draw


def build_printer(settings: PrinterConfig) -> Printer:
    """Return the printer, not yet connected; raises `ConfigInvalid` for an impossible profile."""
    try:
        return open_printer(
            settings.kind,
            width_dots=settings.width_dots,
            profile=settings.profile,
            can_answer=settings.can_answer,
            **_way(settings),
        )
    except ProfileUnknown as exc:
        meant = ", ".join(map(str, exc.fields["meant"] or ()))  # type: ignore[call-overload]
        named = {"profile": settings.profile, "near": meant or None}
        raise _invalid("no_profile", settings, "profile", named) from exc
    except ProfileUnfit as exc:
        problem = f"profile_{exc.fields['problem']}"
        key = "width_dots" if "width" in exc.fields else "profile"
        raise _invalid(problem, settings, key, exc.fields) from exc


def slip_drawer(settings: PrinterConfig, data: Path) -> Draw | None:
    """Return what draws this printer's slips; None for the usual layout."""
    if not settings.layout:
        return None
    from printer.layout_file import load_layout

    try:
        return partial(draw_slip, layout=load_layout(data / settings.layout))
    except LayoutInvalid as exc:
        raise _layout_invalid(settings, exc) from exc


def _way(settings: PrinterConfig) -> dict[str, Any]:
    match settings.kind:
        case "tcp":
            return {"host": settings.host, "port": settings.port}
        case "serial":
            return {"device": settings.device, "baud": settings.baud}
        case "usblp":
            return {"device": settings.device}
        case "usb":
            return {
                "vendor": int(settings.vendor_id, 16),
                "product": int(settings.product_id, 16),
            }


_LAYOUT_PROBLEMS = frozenset({"unknown", "missing", "no_number", "not_dots", "no_such_file"})


def _layout_invalid(settings: PrinterConfig, exc: LayoutInvalid) -> ConfigInvalid:
    """Return what is wrong in the file of a layout; of a file that cannot be read, the reason."""
    told = str(exc.fields["problem"])
    fields = {"place": exc.fields.get("key") or exc.fields.get("file"), "reason": told}
    key = "layout_unreadable"
    if told in _LAYOUT_PROBLEMS:
        key = f"layout_{told}"
    elif told.startswith("not_a_"):
        key = "layout_wrong_kind"
    return _invalid(key, settings, "layout", fields)


def _invalid(
    problem: str, settings: PrinterConfig, key: str, fields: Mapping[str, object]
) -> ConfigInvalid:
    return ConfigInvalid(Problem(problem, f"printers.{settings.name}.{key}", fields))
