"""A slip is sent with every step noted in the ledger before anybody acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from printer.driver import Outcome, Printer
from printer.escpos import fence_id
from printer.ledger import Ledger
from printer.states import State

if TYPE_CHECKING:
    from printer.build import DrawnJob

# More than the changes that any job can have.
_EVERY_REV = 1000


def send_noted(
    printer: Printer,
    ledger: Ledger,
    job_id: str,
    drawn: DrawnJob,
    on_change: Callable[[], None] = lambda: None,
    usual: bool = True,
    fence_name: str = "",
    again: bool = False,
) -> Outcome:
    """Send a slip that the ledger has queued, and give its end, which is stored with its paper.

    One that is not as long as usual does not count for the mean length of a slip. Its fence is
    made from `fence_name`, or from the job's id. `again` says that the caller will try again what
    has `failed`, with not one byte sent: that is no end then, and the job is queued as before.
    """

    def store(state: State, reason: str = "", slip_mm: float = 0.0, fed_mm: float = 0.0) -> None:
        ledger.move(job_id, state, reason, slip_mm, fed_mm)
        on_change()

    store(State.SENDING, fed_mm=printer.take_fed_mm())
    fence = fence_id(fence_name or job_id)
    outcome = printer.send(drawn.data, fence, lambda: store(State.SENT))
    if again and outcome.state is State.FAILED:
        ledger.take_back(job_id, outcome.reason)
        on_change()
        return outcome
    # An unknown slip may have taken all of its paper: better to warn early than late.
    used_mm = 0.0 if outcome.state is State.FAILED else drawn.length_mm
    store(outcome.state, outcome.reason, *((used_mm, 0.0) if usual else (0.0, used_mm)))
    return outcome


def send_own(printer: Printer, ledger: Ledger, job_id: str, drawn: DrawnJob) -> Outcome:
    """Send a slip of our own, such as a test page: noted like any other, reported to nobody."""
    ledger.enqueue(job_id, {}, printer.name)
    ledger.mark_reported(job_id, _EVERY_REV)  # stored together with its first state
    return send_noted(printer, ledger, job_id, drawn, usual=False)
