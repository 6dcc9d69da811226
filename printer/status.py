"""What a printer's state is, and how its status bytes say so. Silence is never ok."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

PrinterState = Literal["ok", "degraded", "failed", "unknown"]


class Cause(StrEnum):
    """Why a printer is not ok; the value is the key of a sentence for people."""

    PAPER_OUT = "paper_out"
    PAPER_NEAR_END = "paper_near_end"
    COVER_OPEN = "cover_open"
    CUTTER_ERROR = "cutter_error"
    UNRECOVERABLE = "unrecoverable"
    OVERHEATED = "overheated"
    OFFLINE = "offline"
    UNPLUGGED = "unplugged"
    SILENT = "silent"
    GARBAGE = "garbage"
    CANNOT_ANSWER = "cannot_answer"
    LEDGER_UNWRITABLE = "ledger_unwritable"
    SLIP_UNDRAWABLE = "slip_undrawable"


# Most urgent first: a person is told the first one.
_URGENCY = (
    Cause.UNPLUGGED,
    Cause.SILENT,
    Cause.GARBAGE,
    Cause.COVER_OPEN,
    Cause.PAPER_OUT,
    Cause.CUTTER_ERROR,
    Cause.UNRECOVERABLE,
    Cause.OVERHEATED,
    Cause.OFFLINE,
    Cause.PAPER_NEAR_END,
    Cause.CANNOT_ANSWER,
)


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """A printer's state and its causes, the one to mend first in front."""

    state: PrinterState
    causes: tuple[Cause, ...] = ()

    @property
    def usable(self) -> bool:
        """True if a slip may be sent now."""
        return self.state in ("ok", "degraded")

    @property
    def cause(self) -> Cause | None:
        """Give the cause to mend first, if any."""
        return self.causes[0] if self.causes else None


NEVER_ASKED = PrinterStatus("unknown")
MUTE = PrinterStatus("unknown", (Cause.CANNOT_ANSWER,))
"""It is reached by a way that brings no answers: it may print, and nobody will ever know."""


def from_causes(causes: set[Cause]) -> PrinterStatus:
    """Turn what the printer itself told into a status."""
    if len(causes) > 1:
        # "Offline" only repeats that something is wrong; name it only when nothing else is known.
        causes = (
            causes - {Cause.OFFLINE} if causes - {Cause.OFFLINE, Cause.PAPER_NEAR_END} else causes
        )
    ordered = tuple(cause for cause in _URGENCY if cause in causes)
    if not ordered:
        return PrinterStatus("ok")
    if ordered == (Cause.PAPER_NEAR_END,):
        return PrinterStatus("degraded", ordered)
    return PrinterStatus("failed", ordered)


def with_paper_ending(status: PrinterStatus) -> PrinterStatus:
    """Add what the counted paper tells to what the printer told; it never hides anything worse."""
    if status.state != "ok" and status != MUTE:
        return status
    return PrinterStatus("degraded", (Cause.PAPER_NEAR_END, *status.causes))


def with_slip_undrawable(status: PrinterStatus) -> PrinterStatus:
    """Add that the last slip could not be drawn for this printer; it never hides anything worse.

    It does not fail for that: the next slip may be drawn, and says so only if it is asked for.
    """
    if not status.usable and status != MUTE:
        return status
    return PrinterStatus("degraded", (Cause.SLIP_UNDRAWABLE, *status.causes))


def with_ledger_unwritable(status: PrinterStatus) -> PrinterStatus:
    """Add that no slip can be noted, so that none may be sent; a broken printer comes first."""
    mine = (Cause.LEDGER_UNWRITABLE,)
    failed = status.state == "failed"
    return PrinterStatus("failed", status.causes + mine if failed else mine + status.causes)


def causes_of_eot(answers: dict[int, int]) -> set[Cause]:
    """Read the answers to DLE EOT 1-4, keyed by the number asked (Epson reference, DLE EOT)."""
    one, two, three, four = (answers.get(n, 0x12) for n in (1, 2, 3, 4))
    table = (
        (one & 0x08, Cause.OFFLINE),
        (two & 0x04, Cause.COVER_OPEN),
        (two & 0x20, Cause.PAPER_OUT),
        (three & 0x08, Cause.CUTTER_ERROR),
        (three & 0x20, Cause.UNRECOVERABLE),
        (three & 0x40, Cause.OVERHEATED),
        (four & 0x0C, Cause.PAPER_NEAR_END),
        (four & 0x60, Cause.PAPER_OUT),
    )
    return _found(table)


def causes_of_asb(block: bytes) -> set[Cause]:
    """Read a 4-byte automatic status block (Epson reference, GS a)."""
    table = (
        (block[0] & 0x08, Cause.OFFLINE),
        (block[0] & 0x20, Cause.COVER_OPEN),
        (block[1] & 0x08, Cause.CUTTER_ERROR),
        (block[1] & 0x20, Cause.UNRECOVERABLE),
        (block[1] & 0x40, Cause.OVERHEATED),
        (block[2] & 0x03, Cause.PAPER_NEAR_END),
        (block[2] & 0x0C, Cause.PAPER_OUT),
    )
    return _found(table)


def _found(table: tuple[tuple[int, Cause], ...]) -> set[Cause]:
    causes = {cause for bit, cause in table if bit}
    # Paper that has ended is past its near end too; telling both would only confuse.
    return causes - {Cause.PAPER_NEAR_END} if Cause.PAPER_OUT in causes else causes
