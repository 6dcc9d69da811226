"""How problems name a place in the file, and what the writer probably meant."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Loc = tuple[str | int, ...]
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Wrong:
    """What is wrong at a place of the file; `key` names the sentence ``config.<key>``."""

    key: str
    loc: Loc
    fields: Mapping[str, object] = field(default_factory=dict)


def wrong(key: str, loc: Loc, **fields: object) -> Wrong:
    """Return what is wrong at `loc`."""
    return Wrong(key, loc, fields)


def dotted(loc: Loc) -> str:
    """Return `loc` as people count: ``services[3].prefix`` is the third service's."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def near(meant: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that the writer probably meant, if any is like it."""
    return next(iter(difflib.get_close_matches(meant, list(known), n=1)), None)


def shown(value: object) -> str:
    """Return `value` much as the file writes it, not endlessly long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
