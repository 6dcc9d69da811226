"""What a measurement says, and how it is written down."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_HEAD = ("what", "measured", "bare limit", "ratio", "budget")


@dataclass(frozen=True)
class Row:
    """One figure; `limit` is the bare limit measured in the same run, `budget` what is allowed."""

    group: str
    what: str
    value: float | None
    unit: str
    limit: float | None = None
    limit_what: str = ""
    budget: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return measured / bare limit: what does not depend on the machine."""
        return None if not self.limit or self.value is None else self.value / self.limit

    @property
    def over(self) -> bool:
        """Return whether a budget is broken."""
        return self.budget is not None and self.value is not None and self.value > self.budget


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0..1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return float(statistics.median(values))


def table(rows: Sequence[Row]) -> str:
    """Return the rows as one Markdown table."""
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(_HEAD))]
    lines = [_line(line, widths) for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def surroundings(folder: Path, *, quick: bool) -> dict[str, object]:
    """Return what the figures depend on, and nothing that names this machine."""
    return {
        "quick": quick,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "file_system": file_system(folder),
        "load_before": round(os.getloadavg()[0], 2),
    }


def file_system(folder: Path) -> str:
    """Return the kind of the file system that holds `folder`: on tmpfs a flush costs nothing."""
    where = folder.resolve()
    best = ("", "unknown")
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, mounted, kind, *_ = line.split()
        if where.is_relative_to(mounted) and len(mounted) >= len(best[0]):
            best = (mounted, kind)
    return best[1]


def write_json(path: Path, rows: Sequence[Row], about: dict[str, object]) -> None:
    """Write everything for other programs."""
    figures = [{**asdict(row), "ratio": row.ratio, "over": row.over} for row in rows]
    text = json.dumps({"about": about, "figures": figures}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    value = row.note if row.value is None else f"{_number(row.value)} {row.unit}"
    limit = "" if row.limit is None else f"{_number(row.limit)} {row.unit} ({row.limit_what})"
    ratio = "" if row.ratio is None else f"{row.ratio:.2g} ×"
    budget = "" if row.budget is None else f"≤ {_number(row.budget)} {row.unit}"
    if row.over:
        budget += " BROKEN"
    return f"{row.group}: {row.what}", value, limit, ratio, budget


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"
