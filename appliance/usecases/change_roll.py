"""Note that a full roll of paper was put into a printer; its agent counts anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.errors import Refused
from appliance.protocol.paper_events import RollChanged
from appliance.storage import log
from appliance.storage.engine import Transaction
from appliance.storage.log import LogRow
from appliance.usecases.context import Context
from appliance.usecases.repeats import earlier
from appliance.usecases.tell import tell

# A printer whose last change lies more changes of the office back than this is long gone.
_LOOK_BACK = 200


@dataclass(frozen=True)
class RollChange:
    """The change by its event's `seq`; `change_id` is what its agent confirms it by."""

    seq: int
    printer: str
    change_id: str
    at: datetime
    repeated: bool = False


def change_roll(
    ctx: Context,
    printer: str,
    *,
    present: bool,
    printed_mm: int | None,
    request_id: str,
    actor: str,
) -> RollChange:
    """Store the change and return it; the same `request_id` again returns the first one.

    `present` tells whether the printer's agent is heard of: a change that nobody would count is
    refused, so that it is pressed again when the agent is back. Raises
    NotFound("unknown_printer"), Refused("printer_away" | "request_reused").
    """
    ctx.office.printer(printer)
    with ctx.db.write() as conn:
        row = earlier(conn, request_id, (RollChanged.type,))
        if row is not None:
            change = _change(row, repeated=True)
            if change.printer != printer:
                raise Refused("request_reused")
            return change
        if not present:
            raise Refused("printer_away", printer=printer)
        now = ctx.clock.now()
        event = RollChanged(printer=printer, printed_mm=printed_mm)
        seq = tell(conn, now, event, actor=actor, request_id=request_id)
        return RollChange(seq, printer, request_id, now)


def last_changes(conn: Transaction) -> dict[str, RollChange]:
    """Return the last change of each printer, of whatever day.

    A change that its agent has not counted yet does not end with the day. One that was counted
    long ago is harmless: the agent knows it by its `change_id`.
    """
    found: dict[str, RollChange] = {}
    for row in log.latest_rare(conn, RollChanged.type, _LOOK_BACK):
        change = _change(row)
        found.setdefault(change.printer, change)
    return found


def _change(row: LogRow, *, repeated: bool = False) -> RollChange:
    printer = RollChanged.model_validate(row.payload).printer
    assert row.request_id is not None, "every change has one"
    return RollChange(row.seq, printer, row.request_id, row.at, repeated)
