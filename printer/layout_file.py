"""A layout: which blocks a slip has, in which order and size; declared, not programmed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from printer.errors import LayoutInvalid

if TYPE_CHECKING:
    from PIL.Image import Image

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
    logos: Mapping[str, Image] = field(default_factory=dict)
    """The pictures that it names, as they were when it was read: what happens to their files later
    reaches no slip before the program starts again, like a change of the layout itself."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], folder: Path = Path()) -> Layout:
        """Build a layout from JSON-able data; raises `LayoutInvalid` for the first mistake.

        Its logos lie in the folder.
        """
        if unknown := sorted(set(data) - {"blocks", "inset"}):
            raise LayoutInvalid(key=unknown[0], problem="unknown", known=["blocks", "inset"])
        blocks = data.get("blocks")
        if not isinstance(blocks, list) or not blocks:
            raise LayoutInvalid(key="blocks", problem="missing")
        parts = tuple(_part(at, raw) for at, raw in enumerate(blocks, 1))
        if not any(part.block == "number" for part in parts):
            raise LayoutInvalid(key="blocks", problem="no_number")
        inset = _dots("inset", data.get("inset", [4, 8, 10]))
        return cls(parts, inset, _logos(folder, {part.file for part in parts if part.file}))


def load_layout(path: Path) -> Layout:
    """Read a layout and its logos; raises `LayoutInvalid`, also for a logo that is no picture."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LayoutInvalid(file=str(path), problem=str(error)) from error
    return Layout.from_dict(data, path.parent)


@cache
def default_layout() -> Layout:
    """Give the layout of slips for which nothing else was said."""
    with as_file(files("printer") / "layouts" / "default.toml") as path:
        return load_layout(path)


def _logos(folder: Path, names: set[str]) -> Mapping[str, Image]:
    if not names:
        return {}
    from printer.blocks import read_logo  # Pillow: not loaded for a layout without a logo

    return {name: read_logo(folder / name) for name in sorted(names)}


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
