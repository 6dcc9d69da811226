"""How much paper is left: counted, because few printers have a sensor for it."""

from __future__ import annotations

from dataclasses import dataclass

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

    def after(self, slip_mm: float) -> PaperUse:
        """Give the use after one more slip."""
        count = min(self.slips + 1, _REMEMBERED)
        mean_mm = self.mean_mm + (slip_mm - self.mean_mm) / count
        return PaperUse(self.printed_mm + slip_mm, self.slips + 1, mean_mm, self.changed)


@dataclass(frozen=True, slots=True)
class PaperLeft:
    """What should still be on the roll."""

    printed_mm: float
    left_mm: float
    tickets: int
    near_end: bool
    changed: str


def paper_left(use: PaperUse, roll_mm: float = ROLL_MM, warn: int = WARN_TICKETS) -> PaperLeft:
    """Estimate from the use what is left of a roll of this length; 0 warns never."""
    left_mm = max(0.0, roll_mm - use.printed_mm)
    tickets = int(left_mm / use.mean_mm)
    return PaperLeft(use.printed_mm, left_mm, tickets, roll_mm > 0 and tickets < warn, use.changed)
