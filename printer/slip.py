"""What a slip says: texts made by the caller, already in the citizen's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from printer.errors import SlipInvalid

_REQUIRED = ("office", "title", "number", "service", "time_line")
_MAX_CHARS = 300


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip's texts, NFC-normalised; an empty string leaves its line out."""

    office: str
    title: str
    number: str
    service: str
    time_line: str
    parent: str = ""
    ahead_line: str = ""
    priority_line: str = ""
    notice: tuple[str, ...] = ()
    tracking_url: str = ""
    tracking_line: str = ""
    reprint_line: str = ""
    wait_line: str = ""
    procedure_url: str = ""
    procedure_line: str = ""

    def __post_init__(self) -> None:
        """Normalise every text and refuse what cannot be printed."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "notice":
                if isinstance(value, str) or not isinstance(value, list | tuple):
                    raise SlipInvalid(field="notice", problem="not_a_list_of_texts")
                clean: Any = tuple(_clean("notice", text) for text in value)
            else:
                clean = _clean(field.name, value)
            object.__setattr__(self, field.name, clean)
        for name in _REQUIRED:
            if not getattr(self, name):
                raise SlipInvalid(field=name, problem="empty")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Slip:
        """Build a slip from JSON-able data; unknown or missing keys raise `SlipInvalid`."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise SlipInvalid(field=unknown[0], problem="unknown", known=sorted(known))
        if missing := [name for name in _REQUIRED if name not in data]:
            raise SlipInvalid(field=missing[0], problem="missing")
        return cls(**dict(data))

    def to_dict(self) -> dict[str, Any]:
        """Give JSON-able data that `from_dict` turns back into an equal slip."""
        return {**asdict(self), "notice": list(self.notice)}


def _clean(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise SlipInvalid(field=name, problem="not_a_text")
    # Typed on a Mac or copied from a PDF, Vietnamese arrives decomposed; the font has only
    # precomposed letters. Runs of white space are one space: lines are broken by the layout.
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if len(text) > _MAX_CHARS:
        raise SlipInvalid(field=name, problem="too_long", limit=_MAX_CHARS)
    return text
