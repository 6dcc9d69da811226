"""Slips as the use cases see them: taken, told of, counted."""

from __future__ import annotations

import dataclasses

from appliance.domain.office import Printer
from appliance.domain.paper import PaperState
from appliance.storage import log, prints
from appliance.usecases.mirror_print import mirror_print
from appliance.usecases.report_device import report_device
from tests.support.numbers import take_number


def stand_in(ctx):
    """Give an office whose first printer has a fallback on another Pi."""
    printers = (Printer("printer-1", "main", "printer-2"), Printer("printer-2", "hall"))
    return dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, printers=printers))


def take(ctx, n: int = 1):
    """Issue a ticket at the first kiosk."""
    return take_number(ctx, f"request-{n}")


def told(ctx, job_id: int, state: PaperState, reason: str = "") -> None:
    """Mirror what the ledger says of a job."""
    assert mirror_print(ctx, job_id, state, rev=2, reason=reason, actor="agent:main")


def jobs(ctx) -> list[tuple[int, str, str, bool, str]]:
    """Return (id, state, printer, reprint, reason) of every job."""
    with ctx.db.read() as conn:
        found = [prints.get(conn, n) for n in range(1, 20)]
    return [(j.id, j.state.value, j.printer, j.reprint, j.reason) for j in found if j]


def events(ctx, type_: str):
    """Return the rows of one type."""
    with ctx.db.read() as conn:
        return [row for row in log.after(conn, 0) if row.type == type_]


def head(ctx) -> int:
    """Return the log's last position."""
    with ctx.db.read() as conn:
        return log.head(conn)


def break_printer(ctx, name: str, state: str = "failed", causes=("paper_out",)) -> None:
    """Report a printer as its agent would."""
    report_device(ctx, name, "printer", state, causes, actor="agent:main")
