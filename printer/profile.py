"""What python-escpos knows of a printer model: its width, its knife, what it understands.

Its `capabilities` module is not imported: that parses 150 KB of YAML (0.4 s here, seconds on a
small Pi), leaves a folder in /tmp at every start and sets up the process's logging. The data it
ships are plain JSON; a test checks that both ways tell the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from printer.errors import ProfileUnfit, ProfileUnknown
from printer.escpos import EPSON, PLAIN, Abilities

WIDTHS = (384, 512, 576)
_DEFAULT_WIDTH = 576
# Epson's own, and models that are said to speak all of its language.
_EPSON_LIKE = ("Epson", "Generic")
# They have status in real time and GS r, but not the process id (Epson's reference, GS ( H).
_NO_PROCESS_ID = frozenset({"TM-T88II", "TM-T88III"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A model as the slips need to know it."""

    name: str
    width_dots: int
    abilities: Abilities
    head_dots: int | None = None
    """How wide the model prints; None if nobody knows."""

    def require_width(self, width_dots: int) -> int:
        """Give the width back, or raise `ProfileUnfit` if slips of it would be clipped."""
        if self.head_dots is not None and width_dots > self.head_dots:
            raise ProfileUnfit(
                profile=self.name, problem="narrower", dots=self.head_dots, width=width_dots
            )
        return width_dots


def load_profile(name: str = "default") -> Profile:
    """Give a model by python-escpos' name; raises `ProfileUnknown` or `ProfileUnfit`."""
    known = _profiles()
    if name not in known:
        raise ProfileUnknown(profile=name, meant=get_close_matches(name, known, 3, 0.4))
    data = known[name]
    features = data.get("features", {})
    if not features.get("bitImageRaster"):
        raise ProfileUnfit(profile=name, problem="no_raster")
    if features.get("starCommands"):
        raise ProfileUnfit(profile=name, problem="star_commands")
    return Profile(name, _width(name, data), _abilities(name, data), _head_dots(data))


def profile_names() -> list[str]:
    """Give the names of all models that can print slips."""
    fit = []
    for name in _profiles():
        try:
            fit.append(load_profile(name).name)
        except ProfileUnfit:
            continue
    return fit


def _abilities(name: str, data: dict[str, Any]) -> Abilities:
    features = data["features"]
    speaks = EPSON if data.get("vendor") in _EPSON_LIKE and name != "simple" else PLAIN
    dpi = data.get("media", {}).get("dpi")
    return replace(
        speaks,
        process_id=speaks.process_id and name not in _NO_PROCESS_ID,
        cutter=bool(features.get("paperFullCut") or features.get("paperPartCut")),
        dpi=dpi if isinstance(dpi, int) else EPSON.dpi,
    )


def _width(name: str, data: dict[str, Any]) -> int:
    """Give the widest slip that fits the model's head; unknown is the usual 80 mm paper."""
    dots = _head_dots(data)
    if dots is None:
        return _DEFAULT_WIDTH
    fitting = [width for width in WIDTHS if width <= dots]
    if not fitting:
        raise ProfileUnfit(profile=name, problem="too_narrow", dots=dots)
    return max(fitting)


def _head_dots(data: dict[str, Any]) -> int | None:
    dots = data.get("media", {}).get("width", {}).get("pixels")
    return dots if isinstance(dots, int) else None


@cache
def _profiles() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        (files("escpos") / "capabilities.json").read_text(encoding="utf-8")
    )["profiles"]
    return found
