"""How much paper is left: counted, because few printers have a sensor for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

ROLL_MM = 80_000.0
"""A usual 80 x 80 mm roll; a 58 mm printer's small roll has 20 to 30 m."""
WARN_TICKETS = 50
_FIRST_GUESS_MM = 90.0
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class PaperUse:
    """What was printed since the roll was changed; kept beside the ledger's jobs."""

    printed_mm: float = 0.0
    slips: int = 0
    mean_mm: float = _FIRST_GUESS_MM
    """Length of a slip: the moving average of the last ones."""
    changed: str = ""
    """When the roll was changed, in UTC; empty if nobody ever said so."""
    change_id: str = ""
    """The id under which the last change was told, so that telling it again changes nothing."""

    def after(self, slip_mm: float) -> PaperUse:
        """Give the use after one more slip."""
        count = min(self.slips + 1, _REMEMBERED)
        mean_mm = self.mean_mm + (slip_mm - self.mean_mm) / count
        printed_mm = self.printed_mm + slip_mm
        return replace(self, printed_mm=printed_mm, slips=self.slips + 1, mean_mm=mean_mm)

    def fed(self, mm: float) -> PaperUse:
        """Give the use after more paper that says nothing of how long a slip is."""
        return replace(self, printed_mm=self.printed_mm + mm)

    def with_new_roll(self, changed: str, change_id: str) -> PaperUse:
        """Give the use of a full roll; the length of a slip stays known."""
        return replace(self, printed_mm=0.0, changed=changed, change_id=change_id)


@dataclass(frozen=True, slots=True)
class PaperLeft:
    """What should still be on the roll; `tickets` is None where the roll is not counted."""

    printed_mm: float
    left_mm: float
    tickets: int | None
    near_end: bool
    changed: str
    change_id: str = ""


def paper_left(use: PaperUse, roll_mm: float = ROLL_MM, warn: int = WARN_TICKETS) -> PaperLeft:
    """Estimate from the use what is left of a roll of this length; 0 is not counted."""
    left_mm = max(0.0, roll_mm - use.printed_mm)
    tickets = int(left_mm / use.mean_mm) if roll_mm > 0 else None
    near_end = tickets is not None and tickets < warn
    return PaperLeft(use.printed_mm, left_mm, tickets, near_end, use.changed, use.change_id)
