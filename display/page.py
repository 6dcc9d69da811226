"""The JSON block that every page finds its data in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from appliance.storage.types import iso
from appliance.usecases.snapshots import office_head
from display import texts
from display.parts import parts


def page(kind: str, prefixes: Iterable[str], **more: Any) -> dict[str, Any]:
    """Return the page's data: its kind, language, texts, office, the time, and `more`."""
    known = parts()
    return {
        "kind": kind,
        "lang": texts.current_language(),
        "demo": known.demo,
        "texts": texts.catalog(prefixes),
        "office": office_head(known.ctx.office),
        "at": iso(known.ctx.clock.now()),
        **more,
    }
