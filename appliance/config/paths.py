"""How problems name a place in the file, and what the writer probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

Loc = tuple[str | int, ...]
Problem = tuple[Loc, str]


def dotted(loc: Loc) -> str:
    """Return `loc` as people count: ``services[3].prefix`` is the third service's."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest of `known`, or nothing."""
    near = difflib.get_close_matches(wrong, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
