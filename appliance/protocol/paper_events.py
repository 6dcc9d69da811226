"""The rows of the log that tell of the printers' paper; see `events`."""

from __future__ import annotations

from typing import ClassVar

from appliance.protocol.event import Event


class RollChanged(Event):
    """Somebody put a full roll into the printer; the request_id names the change to its agent.

    `printed_mm` is what the roll before had given, as last told; None where nobody knows.
    """

    type: ClassVar[str] = "printer.roll_changed"
    printer: str
    printed_mm: int | None
