"""Write an event into the log, in the transaction of the change that it tells of."""

from __future__ import annotations

from datetime import datetime

from appliance.protocol.event import Event
from appliance.storage import log
from appliance.storage.engine import Transaction


def tell(
    conn: Transaction, at: datetime, event: Event, *, actor: str, request_id: str | None = None
) -> int:
    """Append `event` and return its seq; `actor` is who did it, "staff:lan" or "system"."""
    payload = event.model_dump(mode="json")
    return log.append(conn, at, event.type, payload, actor=actor, request_id=request_id)
