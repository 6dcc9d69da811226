"""The paper in the slot: rows of dots, cut into slips; a slip once cut never changes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_INVERT = bytes(255 - value for value in range(256))


@dataclass(slots=True)
class CutSlip:
    """One piece of paper that a person can take."""

    n: int
    width: int
    height: int
    complete: bool
    spoiled: str
    fence: str = ""
    text: str = ""
    cut_mono_s: float = field(default_factory=time.monotonic)

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON-able data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Strip:
    """The uncut paper, the slips already cut, and their pictures in a folder."""

    folder: Path
    width: int
    slips: list[CutSlip] = field(default_factory=list)
    blanks: int = 0
    first_n: int = 1
    _rows: list[bytes] = field(default_factory=list)
    _ink: bool = False
    _spoiled: str = ""
    _text: str = ""
    _fresh: CutSlip | None = None

    @property
    def ink(self) -> bool:
        """True if something is printed on the uncut paper."""
        return self._ink

    @property
    def rows(self) -> int:
        """Rows of uncut paper."""
        return len(self._rows)

    def add(self, row: bytes) -> None:
        """Print one row of dots; a row wider than the paper spoils the slip."""
        size = self.width // 8
        if any(row[size:]):
            self.spoil("clipped")
        self._rows.append(row[:size].ljust(size, b"\x00"))
        self._ink = self._ink or any(row)
        self._fresh = None

    def write(self, text: str) -> None:
        """Note letters of the printer's own font (kept as text, not drawn)."""
        self._text += text
        self._ink = True
        self._fresh = None

    def spoil(self, why: str) -> None:
        """Note that the slip being printed is not whole; the first reason is kept."""
        self._spoiled = self._spoiled or why

    def spoil_if_begun(self, why: str) -> None:
        """Note that something happened in the middle of a slip, if one was begun."""
        if self._ink:
            self.spoil(why)

    def cut(self) -> None:
        """Cut the paper; a piece with nothing on it is only counted."""
        if self._ink:
            height = len(self._rows)
            slip = CutSlip(
                self.first_n + len(self.slips),
                self.width,
                height,
                not self._spoiled,
                self._spoiled,
                text=self._text,
            )
            self._draw(self.path(slip.n))
            self.slips.append(slip)
            self._fresh = slip
        else:
            self.blanks += 1
        self._rows, self._ink, self._spoiled, self._text = [], False, "", ""

    def fence(self, marker: bytes) -> None:
        """Write the sender's mark on the slip just cut, if it stands right behind that cut."""
        if self._fresh is not None:
            self._fresh.fence = marker.hex()
            self._fresh = None

    def forget_fence(self) -> None:
        """Note that something else came between the cut and any mark that may follow."""
        self._fresh = None

    def path(self, n: int) -> Path:
        """Give the file of the n-th slip's picture."""
        return self.folder / f"slip-{n:06d}.png"

    def _draw(self, path: Path) -> None:
        from PIL import Image

        dots = b"".join(self._rows).translate(_INVERT)
        # Letters alone make no rows; a picture needs one.
        height = max(1, len(self._rows))
        picture = Image.frombytes("1", (self.width, height), dots or b"\xff" * (self.width // 8))
        partial = path.with_suffix(".part")
        picture.save(partial, format="PNG")
        partial.replace(path)
