"""Which events belong to which screen's stream, and how they are dressed for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appliance.domain.office import Office
from appliance.storage.log import LogRow
from appliance.usecases import panel, snapshots
from appliance.usecases.context import Context

_PANEL_EVENTS = frozenset({"ticket.called", "ticket.finished", "rating.pressed"})


LEVELS = "levels"


@dataclass(frozen=True)
class View:
    """What a screen looks at: `kind` is one of `protocol.live.SCREEN_KINDS`; `key` its name.

    A status page has the key `LEVELS` if it may show how citizens rated.
    """

    kind: str
    key: str


def snapshot(ctx: Context, view: View) -> tuple[int, dict[str, Any]]:
    """Return the log's position and the screen's whole state."""
    if view.kind == "kiosk":
        return snapshots.kiosk(ctx, view.key)
    if view.kind == "board":
        return snapshots.board(ctx, view.key)
    if view.kind == "panel":
        return panel.snapshot(ctx, int(view.key))
    if view.kind == "counter":
        return snapshots.counter(ctx, int(view.key))
    return snapshots.console(ctx, int(view.key))


def wants(office: Office, view: View, row: LogRow) -> bool:
    """Return whether the event belongs to the screen's stream."""
    payload = row.payload
    if view.kind == "kiosk":
        return _kiosk_wants(view.key, row.type, payload)
    if view.kind == "board":
        return row.type.startswith("ticket.") and _in_zone(
            office, office.board(view.key).zone, payload
        )
    if view.kind == "counter":
        return row.type.startswith("ticket.") and _at_counter(office, int(view.key), payload)
    if view.kind == "panel":
        return row.type in _PANEL_EVENTS and str(payload["counter"]) == view.key
    if view.kind == "status":
        # That reasons were given says already that the last one was dissatisfied.
        return row.type.startswith(("device.", "printer.", "rating.pressed", "print."))
    return row.type.startswith(("ticket.", "print.", "device.changed"))


def dress(view: View, row: LogRow) -> dict[str, Any]:
    """Return the payload for this screen.

    The phone page's token goes to its own kiosk only. A panel is told whom to ask, and never what
    anybody answered; a status page only that something happened, for it asks the server then.
    """
    if view.kind == "status":
        return {}
    if view.kind == "panel":
        ticket = row.payload.get("ticket") or {}
        return {
            "counter": row.payload["counter"],
            "ticket": ticket.get("id"),
            "label": ticket.get("label"),
        }
    if row.type != "ticket.issued":
        return row.payload
    if view.kind == "kiosk" and row.payload["kiosk"] == view.key:
        return row.payload
    return {**row.payload, "token": ""}


def _kiosk_wants(name: str, type_: str, payload: dict[str, Any]) -> bool:
    if type_.startswith("ticket."):
        return True
    if type_ in ("print.changed", "print.queued", "press.refused"):
        return bool(payload["kiosk"] == name)
    return type_ == "device.changed" and name in payload["kiosks"]


def _at_counter(office: Office, number: int, payload: dict[str, Any]) -> bool:
    """Return whether the ticket is at this counter, or is one that it may call."""
    ticket = payload["ticket"]
    return ticket["counter"] == number or ticket["service"] in office.counter(number).services


def _in_zone(office: Office, zone: str, payload: dict[str, Any]) -> bool:
    counters = [counter for counter in office.counters if counter.zone == zone]
    ticket = payload["ticket"]
    if ticket["counter"] is not None:
        return any(counter.number == ticket["counter"] for counter in counters)
    return any(ticket["service"] in counter.services for counter in counters)
