"""The same request twice: recognised by its id, answered from the log.

An id names one request: one verb with one set of arguments. Whoever comes with a known id and
asks for anything else gets Refused("request_reused"), and nothing is changed.
"""

from __future__ import annotations

from typing import Any

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


def require_same(row: LogRow, **asked: Any) -> None:
    """Raise Refused("request_reused") unless the event says of each argument what is asked now."""
    if any(row.payload.get(name) != value for name, value in asked.items()):
        raise Refused("request_reused")


def require_verb(finished: LogRow, verb: str) -> None:
    """Raise Refused("request_reused") if another verb than this one ended the service.

    Finishing and calling the next leave the same event where nobody waits. Events from before
    the field do not tell which it was: they answer both.
    """
    if finished.payload.get("verb") not in (None, verb):
        raise Refused("request_reused")
