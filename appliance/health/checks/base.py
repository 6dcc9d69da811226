"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

State = Literal["ok", "degraded", "failed", "unknown"]
# A merged finding is as bad as its worst part. What a machine cannot know about itself does not
# hide what is known; a check that should know and does not is no reason to call all well.
_WEIGHT: dict[State, int] = {"failed": 4, "degraded": 3, "unknown": 2, "ok": 1}
_HARMLESS = ("no_sensor",)
_QUIET = ("ok", "unknown")


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

    What one of them has no sensor for does not hide what another has seen.
    """
    found = list(findings)
    if not found:
        return Finding("unknown", ("not_reported",))
    worst = max(found, key=_weight)
    told = [one for one in found if _weight(one) == _weight(worst) or one.state not in _QUIET]
    keys = [key for one in told for key in one.causes]
    numbers = {name: value for one in found for name, value in one.numbers.items()}
    return Finding(worst.state, tuple(dict.fromkeys(keys)), numbers)


def _weight(one: Finding) -> int:
    return 0 if one.causes == _HARMLESS else _WEIGHT[one.state]
