"""One worker thread between the ledger and one printer: prints each job once, or says why not.

A job's walk: wait for a fit printer, but never past its deadline; store `sending`; send; store
`sent`; wait for proof; store the end. A job that is past its deadline is never printed later; a
second thread tells so of the jobs that wait, whatever the printer does with the one in hand. A
ledger that cannot be written is a fault of the printer like an empty roll: nothing is sent, and it
goes away by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from printer.driver import Printer
from printer.errors import LedgerUnwritable, PrinterError, SpoolerDead
from printer.escpos import Abilities
from printer.ledger import Ledger, LedgerRow, State
from printer.noted import send_noted
from printer.paper import ROLL_MM, WARN_TICKETS, PaperLeft, paper_left
from printer.slip import Slip
from printer.status import (
    MUTE,
    NEVER_ASKED,
    Cause,
    PrinterStatus,
    with_ledger_unwritable,
    with_paper_ending,
    with_slip_undrawable,
)
from printer.waiting import PrintJob, Waiting

if TYPE_CHECKING:
    from printer.build import DrawnJob

__all__ = ["PrintJob", "Spooler", "SpoolerStatus"]

_STALE_S = 10.0
# A deadline is past when the clock shows more than it, so one waits a little longer.
_PAST_S = 0.001


@dataclass(frozen=True, slots=True)
class SpoolerStatus:
    """The printer's state as last seen, since when it is so, and how old that news is."""

    printer: PrinterStatus
    since_mono_s: float
    checked_mono_s: float
    age_s: float
    paper: PaperLeft


Draw = Callable[[Slip, int, Abilities], "DrawnJob"]


class Spooler:
    """Owns the printer's worker thread; every public method may be called from any thread."""

    def __init__(
        self,
        printer: Printer,
        ledger: Ledger,
        monotonic: Callable[[], float] = time.monotonic,
        poll_interval_s: float = 2.0,
        on_change: Callable[[], None] = lambda: None,
        draw: Draw | None = None,
        retry_interval_s: float = 0.5,
        roll_mm: float = ROLL_MM,
        warn_tickets: int = WARN_TICKETS,
    ) -> None:
        self._printer = printer
        self._ledger = ledger
        self._monotonic = monotonic
        self._poll_interval_s = poll_interval_s
        self._on_change = on_change
        self._draw = draw
        self._retry_interval_s = retry_interval_s
        self._roll_mm = roll_mm
        self._warn_tickets = warn_tickets
        self._jobs = Waiting()
        self._wake = threading.Condition()
        self._stopping = False
        self._look_again = False
        self._undrawable = False
        self._seen = (NEVER_ASKED, monotonic(), monotonic())
        self._thread = threading.Thread(target=self._run, name="printer-spooler", daemon=True)
        self._clock = threading.Thread(target=self._tell_late, name="printer-clock", daemon=True)
        self.error: BaseException | None = None
        """What killed the worker thread, if anything did."""

    def start(self) -> list[LedgerRow]:
        """Mark what a dead process left in flight as `unknown`, start working, give those jobs."""
        recovered = self._ledger.recover()
        if self._ledger.leftover_possible():
            self._printer.expect_leftover()
        self._thread.start()
        self._clock.start()
        return recovered

    @property
    def alive(self) -> bool:
        """False once the worker thread has ended; if `error` is set, the process should end too."""
        return self._thread.is_alive()

    @property
    def status(self) -> SpoolerStatus:
        """Tell the printer's state; news older than 10 s is no news, it is `unknown`.

        That the printer takes the bytes of a slip is news.
        """
        printer, since_s, checked_s = self._seen
        age_s = self._monotonic() - max(checked_s, self._printer.moved_s)
        if age_s > max(_STALE_S, 3 * self._poll_interval_s) or self.error is not None:
            printer = PrinterStatus("unknown", (Cause.SILENT,))
        return SpoolerStatus(printer, since_s, checked_s, age_s, self.paper)

    @property
    def paper(self) -> PaperLeft:
        """Estimate what is left of the roll."""
        return paper_left(self._ledger.paper, self._roll_mm, self._warn_tickets)

    def roll_changed(self, change_id: str = "") -> None:
        """Count anew: somebody has put a full roll in. The same id again changes nothing."""
        if not self._ledger.roll_changed(change_id):
            return
        with self._wake:
            self._look_again = True
            self._wake.notify_all()
        self._on_change()

    def submit(self, job: PrintJob) -> LedgerRow:
        """Queue a job and give its row; a job the ledger knows is never printed again."""
        if self.error is not None or self._stopping:
            raise SpoolerDead(error=repr(self.error)) from self.error
        with self._wake:
            row, new = self._ledger.enqueue(job.job_id, job.slip.to_dict(), self._printer.name)
            if new:
                self._jobs.add(job)
                self._wake.notify_all()
        return row

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Finish the slip in hand, start no other, and say whether the thread ended in time."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        until_s = time.monotonic() + timeout_s
        threads = [one for one in (self._thread, self._clock) if one.ident is not None]
        for thread in threads:
            thread.join(max(0.0, until_s - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _run(self) -> None:
        try:
            self._poll()
            while not self._stopping:
                self._turn()
        except BaseException as error:  # the loop's edge: kept for the owner, who must end
            self._die(error)
            raise
        finally:
            self._printer.close()

    def _tell_late(self) -> None:
        """Tell the end of each job whose time runs out while it waits behind another one."""
        try:
            while not self._stopping and self.error is None:
                with self._wake:
                    late = self._jobs.take_late(self._monotonic())
                    if not late and not self._stopping and self.error is None:
                        at_s = self._jobs.next_late_s()
                        self._wake.wait(
                            None if at_s is None else max(0.0, at_s - self._monotonic()) + _PAST_S
                        )
                for job in late:
                    self._give_up(job, self._seen[0])
        except BaseException as error:  # as in `_run`
            self._die(error)
            raise

    def _die(self, error: BaseException) -> None:
        with self._wake:
            self.error = error
            self._wake.notify_all()
        self._on_change()

    def _turn(self) -> None:
        with self._wake:
            # A first miss is looked into at once: the second makes it a fault.
            missed = self._seen[0].state == "unknown" and self._seen[0] not in (NEVER_ASKED, MUTE)
            pause_s = self._retry_interval_s if missed else self._poll_interval_s
            if not self._jobs and not self._stopping and not self._look_again:
                self._wake.wait(min(pause_s, self._poll_interval_s))
            self._look_again = False
            job = self._jobs.first()
        if self._stopping:
            return
        if job is None:
            self._poll()
            return
        self._work(job)
        with self._wake:
            self._jobs.done()

    def _work(self, job: PrintJob) -> None:
        """Take one job to its end: printed, or why not."""
        draw = self._draw or _draw_job
        try:
            drawn = draw(job.slip, self._printer.width_dots, self._printer.abilities)
        except PrinterError as error:
            self._refuse(job, error.key)
            return
        except Exception as error:  # noqa: BLE001 - one bad slip must not stop the others
            self._refuse(job, f"draw_failed:{type(error).__name__}")
            return
        self._undrawable, again = False, True
        while True:
            status = self._poll(prepare=True)
            if self._monotonic() > job.not_after_mono_s:
                self._give_up(job, status)
                return
            if self._printer.may_print(status):
                if self._send(job, drawn, again):
                    return
                again = job.waits  # another printer is better than a third try
                status = self._poll()
            if not job.waits and status.state == "failed":
                self._give_up(job, status)
                return
            with self._wake:
                if self._stopping:
                    return  # never stored: whoever queued it still has it
                self._wake.wait(self._retry_interval_s)

    def _send(self, job: PrintJob, drawn: DrawnJob, again: bool) -> bool:
        """Print the slip and say True; False if nothing of it was sent and it is to try again.

        So it is when it cannot be noted, or the line broke between the last look at the printer
        and the first byte.
        """
        try:
            outcome = send_noted(
                self._printer,
                self._ledger,
                job.job_id,
                drawn,
                self._on_change,
                fence_name=job.fence_name,
                again=again,
            )
        except LedgerUnwritable:
            return False
        if outcome.state is State.FAILED and again:
            return False
        if outcome.state is not State.PRINTED:
            self._poll()
        return True

    def _give_up(self, job: PrintJob, status: PrinterStatus) -> None:
        if self._printer.may_print(status):
            self._store(job, State.EXPIRED, "deadline")
        else:
            self._store(job, State.FAILED, status.cause.value if status.cause else "unknown")

    def _refuse(self, job: PrintJob, why: str) -> None:
        """Tell the end of a slip that cannot be drawn, and of the printer that it was so."""
        self._undrawable = True
        self._store(job, State.FAILED, why)
        self._poll()

    def _store(self, job: PrintJob, state: State, reason: str) -> None:
        self._ledger.move(job.job_id, state, reason)
        self._on_change()

    def _poll(self, prepare: bool = False) -> PrinterStatus:
        status = self._printer.prepare() if prepare else self._printer.check()
        if self.paper.near_end:
            status = with_paper_ending(status)
        if self._undrawable:
            status = with_slip_undrawable(status)
        if self._ledger.unwritable and not self._ledger.try_disk():
            status = with_ledger_unwritable(status)
        was, since_s, _ = self._seen
        now_s = self._monotonic()
        self._seen = (status, now_s if status != was else since_s, now_s)
        if status != was:
            self._on_change()
        return status


def _draw_job(slip: Slip, width_dots: int, abilities: Abilities) -> DrawnJob:
    from printer.build import draw_slip

    return draw_slip(slip, width_dots, abilities)
