"""The mechanics: paper, cover, knife, heat, power; and the status bytes that tell of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

ROLL_MM = 50_000.0
NEAR_END_MM = 3_000.0
DOT_MM = 0.125


@dataclass(slots=True)
class Machine:
    """What a person could see by looking into the printer."""

    paper_mm: float = ROLL_MM
    cover_open: bool = False
    knife_jammed: bool = False
    knife_jams_next: bool = False
    cutter_error: bool = False
    hot: bool = False
    offline: bool = False
    broken: bool = False
    powered: bool = True
    auto_mask: int = 0
    on_change: list[Callable[[], None]] = field(default_factory=list)

    @property
    def paper_out(self) -> bool:
        """True when no paper is under the head."""
        return self.paper_mm <= 0

    @property
    def near_end(self) -> bool:
        """True when the roll is thin."""
        return self.paper_mm < NEAR_END_MM

    @property
    def ready(self) -> bool:
        """True while it can print the next row."""
        return self.powered and not (
            self.paper_out
            or self.cover_open
            or self.cutter_error
            or self.hot
            or self.offline
            or self.broken
        )

    def changed(self) -> None:
        """Tell everybody who asked to know that something is different."""
        for tell in self.on_change:
            tell()

    def use_paper(self, dots: int) -> None:
        """Move the paper on by so many dots."""
        before = self.near_end, self.paper_out
        self.paper_mm = max(0.0, self.paper_mm - dots * DOT_MM)
        if (self.near_end, self.paper_out) != before:
            self.changed()

    def cut(self) -> bool:
        """Move the knife; False if it is stuck."""
        if self.knife_jams_next:
            self.knife_jams_next, self.knife_jammed = False, True
        if self.knife_jammed:
            self.cutter_error = True
            self.changed()
            return False
        return True

    def recover(self) -> None:
        """Leave a cutter error if the knife is free (DLE ENQ)."""
        if self.cutter_error and not self.knife_jammed:
            self.cutter_error = False
            self.changed()

    def restart(self) -> None:
        """Do what switching on does."""
        self.auto_mask = 0
        self.cutter_error = self.knife_jammed

    def realtime(self, n: int) -> bytes:
        """Give the answer to DLE EOT n."""
        bits = {
            1: 0x08 * (not self.ready),
            2: 0x04 * self.cover_open | 0x20 * self.paper_out | 0x40 * self._error,
            3: 0x08 * self.cutter_error | 0x20 * self.broken | 0x40 * self.hot,
            4: 0x0C * self.near_end | 0x60 * self.paper_out,
        }[n]
        return bytes((0x12 | bits,))

    def in_order(self) -> bytes:
        """Give the answer to GS r 1."""
        return bytes((0x03 * self.near_end | 0x0C * self.paper_out,))

    def auto_status(self) -> bytes:
        """Give the four bytes of automatic status."""
        return bytes(
            (
                0x10 | 0x08 * (not self.ready) | 0x20 * self.cover_open,
                0x08 * self.cutter_error | 0x20 * self.broken | 0x40 * self.hot,
                0x03 * self.near_end | 0x0C * self.paper_out,
                0x00,
            )
        )

    @property
    def _error(self) -> bool:
        return self.cutter_error or self.broken or self.hot
