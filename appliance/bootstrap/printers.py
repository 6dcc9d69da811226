"""Builds a printer from its table in the configuration; what is wrong with it is told by place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from appliance.config.schema import PrinterConfig
from appliance.errors import ConfigInvalid
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
        hint = f"; did you mean {meant}?" if meant else ""
        raise _invalid(settings, f"profile: no {settings.profile!r}{hint}") from exc
    except ProfileUnfit as exc:
        problem = f"profile: {settings.profile!r} cannot print slips ({exc.fields['problem']})"
        raise _invalid(settings, problem) from exc


def slip_drawer(settings: PrinterConfig, data: Path) -> Draw | None:
    """Return what draws this printer's slips; None for the usual layout."""
    if not settings.layout:
        return None
    from printer.layout_file import load_layout

    try:
        return partial(draw_slip, layout=load_layout(data / settings.layout))
    except LayoutInvalid as exc:
        raise _invalid(settings, f"layout: {exc}") from exc


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


def _invalid(settings: PrinterConfig, problem: str) -> ConfigInvalid:
    return ConfigInvalid([f"printers.{settings.name}.{problem}"])
