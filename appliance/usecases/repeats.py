"""The same request twice: recognised by its id, answered from the log."""

from __future__ import annotations

from appliance.errors import Refused
from appliance.storage import log
from appliance.storage.engine import Transaction
from appliance.storage.log import LogRow


def earlier(conn: Transaction, request_id: str, types: tuple[str, ...]) -> LogRow | None:
    """Return the event that answered this request before; None if it is new.

    Raises Refused("request_reused") if the id was used for another verb.
    """
    row = log.of_request(conn, request_id)
    if row is not None and row.type not in types:
        raise Refused("request_reused")
    return row
