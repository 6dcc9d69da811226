"""Print jobs from the inbox to the printers' spoolers, and what became of them to the server.

The ledger is the truth: a job that it knows is never printed again, whatever the server offers;
its end is reported again instead.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from appliance import logs
from appliance.clock import Clock
from appliance.devices.reports import DeviceReports, Outgoing
from appliance.domain.paper import PULL_LIMIT_MS
from appliance.protocol.agent import (
    PaperBody,
    PrintMessage,
    PrintRow,
    RollMessage,
    RowResult,
    SupersedeMessage,
)
from printer.errors import SlipInvalid
from printer.ledger import Ledger, LedgerRow, State
from printer.paper import PaperLeft
from printer.slip import Slip
from printer.spooler import PrintJob, Spooler
from printer.status import NEVER_ASKED

EndState = Literal["printed", "unconfirmed", "unknown", "failed", "expired"]

_ENDS = frozenset({State.PRINTED, State.UNCONFIRMED, State.UNKNOWN, State.FAILED, State.EXPIRED})
_WATCH_S = 1.0
# A printer that was not asked yet is not news, for so long.
_FIRST_ANSWER_MS = 3_000
# After the loss of a ledger: a job that was pulled long ago is offered without its age until the
# server gives it up, and ages are told with the delay of the link.
_FORGOTTEN_MS = 90_000
_MARGIN_MS = 2_000
_TELL_LOSS = timedelta(hours=24)


@dataclass(frozen=True)
class Desk:
    """One printer of this Pi: its name, its ledger and the thread that prints."""

    printer: str
    ledger: Ledger
    spooler: Spooler


class PrintReports:
    """The ends of print jobs that the server has not heard of."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self._desks = desks
        self._lock = threading.Lock()
        self._again: dict[str, tuple[Desk, LedgerRow]] = {}
        self._stray: dict[int, str] = {}
        self._log = logs.get_logger()

    def again(self, desk: Desk, row: LedgerRow) -> None:
        """Report an end once more that the server seems not to know."""
        with self._lock:
            self._again[row.job_id] = (desk, row)

    def stray(self, job_id: int, reason: str) -> None:
        """Report a job as failed that no ledger of this agent can take."""
        with self._lock:
            self._stray[job_id] = reason

    def pending(self, limit: int) -> list[Outgoing]:
        """Return ends in the order of each ledger."""
        with self._lock:
            again = list(self._again.values())
            stray = list(self._stray.items())
        found = [(desk, row) for desk in self._desks for row in desk.ledger.unreported()]
        known = {row.job_id for _, row in found}
        found += [(desk, row) for desk, row in again if row.job_id not in known]
        rows = [self._outgoing(desk, row) for desk, row in found if row.state in _ENDS]
        rows += [self._stray_outgoing(job_id, reason) for job_id, reason in stray]
        return rows[:limit]

    def _outgoing(self, desk: Desk, row: LedgerRow) -> Outgoing:
        def told() -> None:
            desk.ledger.mark_reported(row.job_id, row.rev)
            with self._lock:
                self._again.pop(row.job_id, None)

        def answered(_result: RowResult) -> None:
            told()

        def set_aside(reason: str) -> None:
            # The ledger keeps the truth; only the asking must end.
            self._log.error("print_row_set_aside", job=row.job_id, reason=reason)
            told()

        state = cast("EndState", row.state.value)
        report = PrintRow(job_id=int(row.job_id), state=state, rev=row.rev, reason=row.reason)
        return Outgoing(report, answered, set_aside)

    def _stray_outgoing(self, job_id: int, reason: str) -> Outgoing:
        def told(_: object) -> None:
            with self._lock:
                self._stray.pop(job_id, None)

        return Outgoing(PrintRow(job_id=job_id, state="failed", rev=1, reason=reason), told, told)


class Printing:
    """Takes jobs, watches the printers, and ends with the first spooler that dies.

    `wake` is set by the spoolers whenever a job or a printer has changed its state.
    """

    name = "printing"

    def __init__(
        self,
        desks: Sequence[Desk],
        reports: PrintReports,
        devices: DeviceReports,
        clock: Clock,
        on_news: Callable[[], None],
        wake: threading.Event,
    ) -> None:
        self._desks: Mapping[str, Desk] = {desk.printer: desk for desk in desks}
        self._reports = reports
        self._devices = devices
        self._clock = clock
        self._on_news = on_news
        self._wake = wake
        self._stopping = threading.Event()
        self._opened_ms = self._started_ms = clock.monotonic_ms()
        self._log = logs.get_logger()

    def take(self, job: PrintMessage) -> None:
        """Queue a job of the inbox, or report again what became of it."""
        desk = self._desks.get(job.printer)
        if desk is None:
            self._log.error("job_for_unknown_printer", job=job.job_id, printer=job.printer)
            self._reports.stray(job.job_id, "no_such_printer")
            self._on_news()
            return
        if self._may_be_on_paper(desk, job):
            self._report_again(desk, self._unsure(desk, str(job.job_id)))
            return
        not_after_s = time.monotonic() + job.left_ms / 1000
        try:
            slip = Slip.from_dict(job.slip.model_dump())
        except SlipInvalid as exc:
            row = self._refuse(desk, str(job.job_id), exc)
        else:
            row = desk.spooler.submit(
                PrintJob(str(job.job_id), slip, not_after_s, waits=not job.has_fallback)
            )
        self._report_again(desk, row)

    def supersede(self, message: SupersedeMessage) -> None:
        """Note that a slip which has ended is out of use; the server knows it already."""
        desk = self._desks.get(message.printer)
        row = None if desk is None else desk.ledger.known(str(message.job_id))
        if desk is None or row is None or row.state is State.SUPERSEDED:
            return
        if not row.final:
            # The server takes nothing out of use whose end it has not heard.
            self._log.error("superseded_in_hand", job=row.job_id, state=row.state.value)
            return
        row = desk.ledger.move(row.job_id, State.SUPERSEDED, "replaced")
        desk.ledger.mark_reported(row.job_id, row.rev)

    def change_roll(self, message: RollMessage) -> None:
        """Count the printer's paper anew; what its ledger has obeyed before is done already."""
        desk = self._desks.get(message.printer)
        if desk is None:
            self._log.error("roll_of_unknown_printer", printer=message.printer)
            return
        desk.spooler.roll_changed(message.change_id)

    def bad(self, printer: str) -> bool:
        """Tell whether a printer of this Pi is known to be unable to print; others are not."""
        desk = self._desks.get(printer)
        return desk is not None and desk.spooler.status.printer.state == "failed"

    def run(self) -> None:
        """Start the spoolers and report every change of a printer until stopped."""
        for desk in self._desks.values():
            if (aside := desk.ledger.set_aside) is not None:
                self._log.error(
                    "ledger_unreadable",
                    printer=desk.printer,
                    error=aside.error,
                    kept_as=aside.kept_as,
                )
            desk.ledger.prune()
            for row in desk.spooler.start():
                self._log.warning("slip_unknown_after_restart", job=row.job_id)
        self._started_ms = self._clock.monotonic_ms()
        while not self._stopping.is_set():
            self._wake.clear()
            for desk in self._desks.values():
                self._look_at(desk)
            self._on_news()
            self._wake.wait(_WATCH_S)

    def stop(self) -> None:
        """End the watch; `close` ends the printing."""
        self._stopping.set()
        self._wake.set()

    def close(self, timeout_s: float) -> None:
        """Let every printer finish the slip in hand, all within the time, and close the ledgers."""
        end_s = time.monotonic() + timeout_s
        for desk in self._desks.values():
            desk.spooler.stop(0)
        for desk in self._desks.values():
            if not desk.spooler.stop(max(0.0, end_s - time.monotonic())):
                # Its thread may still write to the ledger, which the process's end leaves
                # as it is: the next start makes an unfinished slip `unknown`.
                self._log.error("printer_did_not_stop", printer=desk.printer)
                continue
            desk.ledger.close()

    def _look_at(self, desk: Desk) -> None:
        if desk.spooler.error is not None:
            raise desk.spooler.error
        if not desk.spooler.alive and not self._stopping.is_set():
            raise RuntimeError(f"the spooler of {desk.printer} has ended")
        status = desk.spooler.status.printer
        young = self._clock.monotonic_ms() - self._started_ms < _FIRST_ANSWER_MS
        if status == NEVER_ASKED and young:
            return
        state, causes = status.state, tuple(cause.value for cause in status.causes)
        if self._lost_lately(desk.ledger):
            state = "degraded" if state == "ok" else state
            causes += ("ledger_lost",)
        self._devices.report("printer", desk.printer, state, causes)
        self._devices.paper(desk.printer, _paper_body(desk.spooler.paper))

    def _may_be_on_paper(self, desk: Desk, job: PrintMessage) -> bool:
        """Tell whether a ledger that was lost may have printed this job, which none knows now."""
        lost_at = desk.ledger.lost_at
        if lost_at is None or desk.ledger.known(str(job.job_id)) is not None:
            return False
        age_ms = _MARGIN_MS + (PULL_LIMIT_MS - job.left_ms if job.left_ms > 0 else _FORGOTTEN_MS)
        run_ms = self._clock.monotonic_ms() - self._opened_ms
        if desk.ledger.set_aside is not None and run_ms < age_ms:
            return True
        since = self._clock.now() - lost_at
        return timedelta(0) <= since < self._clock.real_to_domain(age_ms)

    def _unsure(self, desk: Desk, job_id: str) -> LedgerRow:
        self._log.error("slip_unknown_ledger_lost", job=job_id, printer=desk.printer)
        return desk.ledger.doubt(job_id, desk.printer, "ledger_lost")

    def _lost_lately(self, ledger: Ledger) -> bool:
        lost_at = ledger.lost_at
        return lost_at is not None and abs(self._clock.now() - lost_at) < _TELL_LOSS

    def _report_again(self, desk: Desk, row: LedgerRow) -> None:
        if row.state in _ENDS:
            self._reports.again(desk, row)
            self._on_news()

    def _refuse(self, desk: Desk, job_id: str, why: SlipInvalid) -> LedgerRow:
        self._log.error("slip_invalid", job=job_id, why=str(why))
        row, new = desk.ledger.enqueue(job_id, {}, desk.printer)
        return desk.ledger.move(job_id, State.FAILED, why.key) if new else row


def _paper_body(paper: PaperLeft) -> PaperBody:
    return PaperBody(
        printed_mm=round(paper.printed_mm),
        tickets_left=paper.tickets,
        changed_at=paper.changed or None,
        change_id=paper.change_id,
    )
