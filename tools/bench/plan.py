"""What every section of the bench is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.bench.figures import Row


@dataclass(frozen=True)
class Plan:
    """Where the section may write, and how much time it may take."""

    folder: Path
    quick: bool

    def some(self, full: int, quick: int) -> int:
        """Return how often to repeat something."""
        return quick if self.quick else full

    def room(self, name: str) -> Path:
        """Return a fresh folder; its name is short, since a socket's path may have 107 bytes."""
        path = self.folder / name
        path.mkdir()
        return path


Section = Callable[[Plan], list[Row]]
