"""Writes Prometheus' text format, version 0.0.4.

Sixty lines instead of a library: prometheus-client keeps every number in memory for ever, while
ours are counted from the database when somebody asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


class Exposition:
    """Collects families of samples; `text` is what a monitor reads."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    @property
    def text(self) -> str:
        """Return everything that was added."""
        return "\n".join(self._lines) + "\n"

    def gauge(self, name: str, meaning: str, samples: Iterable[tuple[Labels, float]]) -> None:
        """Add numbers that go up and down, one per set of labels."""
        self._head(name, meaning, "gauge")
        for labels, value in samples:
            self._sample(name, labels, value)

    def histogram(
        self,
        name: str,
        meaning: str,
        bounds: Sequence[float],
        samples: Iterable[tuple[Labels, Sequence[float]]],
    ) -> None:
        """Add values in buckets: how many were at most each bound."""
        self._head(name, meaning, "histogram")
        for labels, values in samples:
            for bound in bounds:
                below = sum(1 for value in values if value <= bound)
                self._sample(f"{name}_bucket", {**labels, "le": _number(bound)}, below)
            self._sample(f"{name}_bucket", {**labels, "le": "+Inf"}, len(values))
            self._sample(f"{name}_sum", labels, sum(values))
            self._sample(f"{name}_count", labels, len(values))

    def _head(self, name: str, meaning: str, kind: Literal["gauge", "histogram"]) -> None:
        escaped = meaning.replace("\\", r"\\").replace("\n", r"\n")
        self._lines += [f"# HELP {name} {escaped}", f"# TYPE {name} {kind}"]

    def _sample(self, name: str, labels: Labels, value: float) -> None:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        self._lines.append(
            f"{name}{{{inside}}} {_number(value)}" if inside else f"{name} {_number(value)}"
        )


def by_label(
    label: str, counts: Mapping[str, int], expected: Iterable[str] = ()
) -> list[tuple[Labels, float]]:
    """Return one sample per key; an expected one without a count is zero, not absent."""
    full = Counter(dict.fromkeys(expected, 0))
    full.update(counts)
    return [({label: key}, count) for key, count in full.items()]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() else repr(float(value))
