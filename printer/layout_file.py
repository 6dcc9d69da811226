"""A layout: which blocks a slip has, in which order and size; declared, not programmed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from printer.errors import LayoutInvalid

WIDTHS = (384, 512, 576)
TEXTS = ("parent", "office", "title", "number", "service", "ahead", "wait", "priority", "reprint")
BLOCKS = (*TEXTS, "time", "notice", "procedure", "tracking", "logo", "rule", "dashes", "gap")
_SIZED = (*TEXTS, "time", "notice", "procedure", "tracking")
_LARGEST = 400

Dots = tuple[int, int, int]
"""One measure for each of the three widths."""


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a layout."""

    block: str
    size: Dots = (0, 0, 0)
    text_size: Dots = (0, 0, 0)
    before: Dots = (0, 0, 0)
    after: Dots = (0, 0, 0)
    bold: bool = False
    plate: bool = False
    beside: bool = False
    mirror: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Blocks from top to bottom."""

    parts: tuple[Part, ...]
    inset: Dots = (4, 8, 10)
    folder: Path = field(default=Path())
    """Where the files that it names lie."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], folder: Path = Path()) -> Layout:
        """Build a layout from JSON-able data; raises `LayoutInvalid` for the first mistake."""
        if unknown := sorted(set(data) - {"blocks", "inset"}):
            raise LayoutInvalid(key=unknown[0], problem="unknown", known=["blocks", "inset"])
        blocks = data.get("blocks")
        if not isinstance(blocks, list) or not blocks:
            raise LayoutInvalid(key="blocks", problem="missing")
        parts = tuple(_part(at, raw) for at, raw in enumerate(blocks, 1))
        if not any(part.block == "number" for part in parts):
            raise LayoutInvalid(key="blocks", problem="no_number")
        return cls(parts, _dots("inset", data.get("inset", [4, 8, 10])), folder)


def load_layout(path: Path) -> Layout:
    """Read a layout from a TOML file; raises `LayoutInvalid`, also for a logo that is not there."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LayoutInvalid(file=str(path), problem=str(error)) from error
    layout = Layout.from_dict(data, path.parent)
    for part in layout.parts:
        if part.file and not (layout.folder / part.file).is_file():
            raise LayoutInvalid(file=str(layout.folder / part.file), problem="no_such_file")
    return layout


@cache
def default_layout() -> Layout:
    """Give the layout of slips for which nothing else was said."""
    with as_file(files("printer") / "layouts" / "default.toml") as path:
        return load_layout(path)


def _part(at: int, raw: object) -> Part:
    where = f"blocks[{at}]"
    if not isinstance(raw, dict):
        raise LayoutInvalid(key=where, problem="not_a_table")
    known = {entry.name: entry for entry in fields(Part)}
    if unknown := sorted(set(raw) - set(known)):
        raise LayoutInvalid(key=f"{where}.{unknown[0]}", problem="unknown", known=sorted(known))
    if raw.get("block") not in BLOCKS:
        raise LayoutInvalid(key=f"{where}.block", problem="unknown", known=list(BLOCKS))
    values: dict[str, Any] = {}
    for name, value in raw.items():
        kind = str if known[name].default is MISSING else type(known[name].default)
        if kind is tuple:
            values[name] = _dots(f"{where}.{name}", value)
        elif isinstance(value, kind):
            values[name] = value
        else:
            raise LayoutInvalid(key=f"{where}.{name}", problem=f"not_a_{kind.__name__}")
    part = Part(**values)
    if part.block in _SIZED and not all(part.size):
        raise LayoutInvalid(key=f"{where}.size", problem="missing")
    if part.block in ("procedure", "tracking") and not all(part.text_size):
        raise LayoutInvalid(key=f"{where}.text_size", problem="missing")
    if part.block == "logo" and not part.file:
        raise LayoutInvalid(key=f"{where}.file", problem="missing")
    return part


def _dots(key: str, value: object) -> Dots:
    """Read one measure: a number for all widths, or one number for each."""
    each: list[Any] = value if isinstance(value, list) else [value] * len(WIDTHS)
    if len(each) != len(WIDTHS) or not all(type(n) is int and 0 <= n <= _LARGEST for n in each):
        raise LayoutInvalid(key=key, problem="not_dots", widths=list(WIDTHS), largest=_LARGEST)
    return each[0], each[1], each[2]
