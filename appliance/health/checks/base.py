"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

State = Literal["ok", "degraded", "failed", "unknown"]
# Nothing is known before everything is well: a merged finding is as bad as its worst known part.
_WEIGHT: dict[State, int] = {"failed": 3, "degraded": 2, "ok": 1, "unknown": 0}


@dataclass(frozen=True)
class Finding:
    """A state with the keys of its causes; `numbers` are for monitors and are no news."""

    state: State
    causes: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict, compare=False)


class Check(Protocol):
    """One thing that is looked at."""

    @property
    def name(self) -> str:
        """Return the check's name, as its file is called."""

    @property
    def subject(self) -> str:
        """Return what people know it by: disk, clock, temperature, power or memory."""

    def look(self) -> Finding:
        """Return what is the case now; a file that is not there is `unknown`, never an error."""


def merged(findings: Iterable[Finding]) -> Finding:
    """Return one finding for several on the same subject: the worst state, with its causes.

    What one of them cannot know does not hide what another has seen.
    """
    found = list(findings)
    if not found:
        return Finding("unknown", ("not_reported",))
    worst = max(found, key=lambda one: _WEIGHT[one.state]).state
    keys = [
        key for one in found if one.state == worst or _WEIGHT[one.state] > 1 for key in one.causes
    ]
    numbers = {name: value for one in found for name, value in one.numbers.items()}
    return Finding(worst, tuple(dict.fromkeys(keys)), numbers)
