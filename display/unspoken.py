"""Which calls a zone's voice still owes: a page that is loaded again goes on where it was.

In memory only. A server that starts anew owes nothing: the pages' own queues outlive it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.protocol.live import Unspoken
from appliance.storage.log import LogRow

CALLS = frozenset({"ticket.called", "ticket.recalled"})
# A call of half a minute ago would only confuse: the citizen has come, or it is called again.
OWED_S = 30.0
_MOST = 100


@dataclass(frozen=True)
class _Called:
    row: LogRow
    at_s: float


class CallMemory:
    """The calls of the last half minute and the boards that played them; one lock guards it."""

    def __init__(self) -> None:
        self._calls: deque[_Called] = deque(maxlen=_MOST)
        self._played: dict[str, deque[int]] = {}
        self._speaks_since_s: dict[str, float] = {}

    def note(self, row: LogRow) -> None:
        """Remember an event that was published, if it calls somebody."""
        if row.type in CALLS:
            self._calls.append(_Called(row, time.monotonic()))

    def played(self, board: str, seq: int) -> None:
        """Remember that a screen of the board played this call to its end."""
        self._played.setdefault(board, deque(maxlen=_MOST)).append(seq)

    def owed(
        self, board: str, state: Mapping[str, Any], coming: Iterable[LogRow]
    ) -> list[dict[str, Any]]:
        """Return what the board's voice has not played: the last call of each ticket that is
        still called in `state`, the board's snapshot, oldest first.

        Nothing from before the board's first voice. `coming` are rows that the snapshot holds
        and the publisher has not reached yet.
        """
        now_s = time.monotonic()
        since_s = max(now_s - OWED_S, self._speaks_since_s.setdefault(board, now_s))
        rows = [call.row for call in self._calls if call.at_s >= since_s]
        rows += [row for row in coming if row.type in CALLS]
        last = {row.payload["ticket"]["id"]: row for row in rows}
        open_now = {
            counter["ticket"]["id"]: counter["number"]
            for counter in state["counters"]
            if counter["ticket"] is not None and counter["ticket"]["state"] == "called"
        }
        played = self._played.get(board, ())
        return [
            Unspoken.model_validate(
                {"seq": row.seq, "ticket": row.payload["ticket"], "counter": row.payload["counter"]}
            ).model_dump(mode="json")
            for ticket_id, row in sorted(last.items(), key=lambda item: item[1].seq)
            if row.seq not in played and open_now.get(ticket_id) == row.payload["counter"]
        ]
