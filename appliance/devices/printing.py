"""Print jobs from the inbox to the printers' spoolers, and what became of them to the server.

The ledger is the truth: a job that it knows is never printed again, whatever the server offers;
its end is reported again instead. It knows jobs by number and seal, see `devices.job_names`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from appliance import logs
from appliance.clock import Clock
from appliance.devices.desks import Desk, Desks
from appliance.devices.job_names import name_of, same_ticket
from appliance.devices.print_reports import ENDS, PrintReports
from appliance.devices.reports import DeviceReports
from appliance.domain.paper import PULL_LIMIT_MS
from appliance.protocol.agent import (
    PaperBody,
    PrintMessage,
    RollMessage,
    SupersedeMessage,
)
from printer.errors import SlipInvalid
from printer.ledger import Ledger, LedgerRow, State
from printer.paper import PaperLeft
from printer.slip import Slip
from printer.spooler import PrintJob
from printer.status import NEVER_ASKED

_WATCH_S = 1.0
# A printer that was not asked yet is not news, for so long.
_FIRST_ANSWER_MS = 3_000
# After the loss of a ledger: a job that was pulled long ago is offered without its age until the
# server gives it up, and ages are told with the delay of the link.
_FORGOTTEN_MS = 90_000
_MARGIN_MS = 2_000
_TRY_CLOSED_MS = 5_000
_TELL_LOSS = timedelta(hours=24)


class Printing:
    """Takes jobs, watches the printers, and ends with the first spooler that dies.

    `wake` is set by the spoolers whenever a job or a printer has changed its state.
    """

    name = "printing"

    def __init__(
        self,
        desks: Desks,
        reports: PrintReports,
        devices: DeviceReports,
        clock: Clock,
        on_news: Callable[[], None],
        wake: threading.Event,
    ) -> None:
        self._desks = desks
        self._reports = reports
        self._devices = devices
        self._clock = clock
        self._on_news = on_news
        self._wake = wake
        self._stopping = threading.Event()
        self._opened_ms = self._started_ms = clock.monotonic_ms()
        self._tried_ms = self._opened_ms
        self._begun: set[str] = set()
        self._rolls: dict[str, RollMessage] = {}
        self._refused: dict[str, str] = {}
        self._log = logs.get_logger()

    def take(self, job: PrintMessage) -> None:
        """Queue a job of the inbox, or report again what became of it."""
        desk, name = self._desks.get(job.printer), name_of(job.job_id, job.seal)
        if self._reports.stray_again(name):
            self._on_news()
            return
        if desk is None:
            self._go_astray(name, job)
            return
        row = _known(desk.ledger, name, job)
        if row is None and self._may_be_on_paper(desk, job):
            row = self._unsure(desk, name)
        self._report_again(desk, row or self._queue(desk, name, job))

    def supersede(self, message: SupersedeMessage) -> None:
        """Note that a slip which has ended is out of use; the server knows it already."""
        desk = self._desks.get(message.printer)
        name = name_of(message.job_id, message.seal)
        row = None if desk is None else desk.ledger.known(name)
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
        if desk is not None:
            desk.spooler.roll_changed(message.change_id)
        elif message.printer in self._desks.closed():
            self._rolls[message.printer] = message
        else:
            self._log.error("roll_of_unknown_printer", printer=message.printer)

    def bad(self, printer: str) -> bool:
        """Tell whether a printer of this Pi is known to be unable to print; others are not."""
        desk = self._desks.get(printer)
        if desk is None:
            return printer in self._desks.closed()
        return desk.spooler.status.printer.state == "failed"

    def run(self) -> None:
        """Start the spoolers and report every change of a printer until stopped."""
        for desk in self._desks:
            self._begin(desk)
        self._started_ms = self._clock.monotonic_ms()
        while not self._stopping.is_set():
            self._wake.clear()
            self._look_at_closed()
            for desk in self._desks:
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
        for desk in self._desks:
            desk.spooler.stop(0)
        for desk in self._desks:
            if not desk.spooler.stop(max(0.0, end_s - time.monotonic())):
                # Its thread may still write to the ledger, which the process's end leaves
                # as it is: the next start makes an unfinished slip `unknown`.
                self._log.error("printer_did_not_stop", printer=desk.printer)
                continue
            desk.ledger.close()

    def _begin(self, desk: Desk) -> None:
        self._begun.add(desk.printer)
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
        if (roll := self._rolls.pop(desk.printer, None)) is not None:
            desk.spooler.roll_changed(roll.change_id)

    def _look_at_closed(self) -> None:
        now_ms = self._clock.monotonic_ms()
        if self._desks.closed() and now_ms - self._tried_ms >= _TRY_CLOSED_MS:
            self._tried_ms = now_ms
            self._desks.try_closed()
        for printer in self._desks.closed():
            self._devices.report("printer", printer, "failed", ("ledger_unusable",))
        for desk in self._desks:
            if desk.printer not in self._begun:
                self._begin(desk)

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
        self._log_disk(desk)
        if self._lost_lately(desk.ledger):
            state = "degraded" if state == "ok" else state
            causes += ("ledger_lost",)
        self._devices.report("printer", desk.printer, state, causes)
        self._devices.paper(desk.printer, _paper_body(desk.spooler.paper))

    def _log_disk(self, desk: Desk) -> None:
        """Log once why a ledger cannot be written; the printer's state tells when it can again."""
        refused = desk.ledger.unwritable
        if refused and not self._refused.get(desk.printer):
            self._log.error("ledger_unwritable", printer=desk.printer, error=refused)
        self._refused[desk.printer] = refused

    def _may_be_on_paper(self, desk: Desk, job: PrintMessage) -> bool:
        """Tell whether a ledger that was lost may have printed this job, which none knows now."""
        lost_at = desk.ledger.lost_at
        if lost_at is None:
            return False
        if desk.ledger.set_aside is not None and self._older_than_we(job):
            return True
        since = self._clock.now() - lost_at
        return timedelta(0) <= since < self._clock.real_to_domain(_age_ms(job))

    def _older_than_we(self, job: PrintMessage) -> bool:
        """Tell whether an earlier run of the agent may have been given the job."""
        return self._clock.monotonic_ms() - self._opened_ms < _age_ms(job)

    def _go_astray(self, name: str, job: PrintMessage) -> None:
        """Report the end of a job without a ledger: an earlier run may have printed it."""
        if job.printer not in self._desks.closed():
            self._log.error("job_for_unknown_printer", job=name, printer=job.printer)
            self._reports.stray(name, "failed", "no_such_printer")
        elif job.left_ms <= 0 or self._older_than_we(job):
            self._reports.stray(name, "unknown", "ledger_unusable")
        else:
            self._reports.stray(name, "failed", "ledger_unusable")
        self._on_news()

    def _unsure(self, desk: Desk, job_id: str) -> LedgerRow:
        self._log.error("slip_unknown_ledger_lost", job=job_id, printer=desk.printer)
        return desk.ledger.doubt(job_id, desk.printer, "ledger_lost")

    def _lost_lately(self, ledger: Ledger) -> bool:
        lost_at = ledger.lost_at
        return lost_at is not None and abs(self._clock.now() - lost_at) < _TELL_LOSS

    def _report_again(self, desk: Desk, row: LedgerRow) -> None:
        if row.state in ENDS:
            self._reports.again(desk, row)
            self._on_news()

    def _queue(self, desk: Desk, name: str, job: PrintMessage) -> LedgerRow:
        not_after_s = time.monotonic() + job.left_ms / 1000
        try:
            slip = Slip.from_dict(job.slip.model_dump())
        except SlipInvalid as exc:
            return self._refuse(desk, name, exc)
        waits = not job.has_fallback
        return desk.spooler.submit(PrintJob(name, slip, not_after_s, waits, str(job.job_id)))

    def _refuse(self, desk: Desk, name: str, why: SlipInvalid) -> LedgerRow:
        self._log.error("slip_invalid", job=name, why=str(why))
        row, new = desk.ledger.enqueue(name, {}, desk.printer)
        return desk.ledger.move(name, State.FAILED, why.key) if new else row


def _age_ms(job: PrintMessage) -> int:
    return _MARGIN_MS + (PULL_LIMIT_MS - job.left_ms if job.left_ms > 0 else _FORGOTTEN_MS)


def _known(ledger: Ledger, name: str, job: PrintMessage) -> LedgerRow | None:
    """Return the job's row; one without a seal counts if it is of the same ticket."""
    if (row := ledger.known(name)) is not None:
        return row
    unsealed = ledger.known(str(job.job_id))
    if unsealed is None or not same_ticket(unsealed.slip, job.slip.model_dump()):
        return None
    return unsealed


def _paper_body(paper: PaperLeft) -> PaperBody:
    return PaperBody(
        printed_mm=round(paper.printed_mm),
        tickets_left=paper.tickets,
        changed_at=paper.changed or None,
        change_id=paper.change_id,
    )
