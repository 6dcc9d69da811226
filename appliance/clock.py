"""Time, passed in everywhere: domain time may be scaled in the demo, deadlines never are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from appliance.errors import ConfigInvalid, Problem


class Clock(Protocol):
    """What every part that needs time is given."""

    def now(self) -> datetime:
        """Return the domain time, UTC with zone."""

    def monotonic_ms(self) -> int:
        """Return real milliseconds since this machine's boot; the same in every process."""

    def real_to_domain(self, real_ms: int) -> timedelta:
        """Return how much domain time passes in `real_ms` of real time."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the wall time, UTC with zone."""
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Return real milliseconds since boot."""
        return time.monotonic_ns() // 1_000_000

    def real_to_domain(self, real_ms: int) -> timedelta:
        """Return `real_ms` as it is."""
        return timedelta(milliseconds=real_ms)


@dataclass(frozen=True)
class DemoClock:
    """Domain time that starts at `start` when the wall shows `anchor`, `speed` times as fast."""

    start: datetime
    speed: float
    anchor: datetime

    def now(self) -> datetime:
        """Return the scaled time, UTC with zone."""
        return self.start + (datetime.now(UTC) - self.anchor) * self.speed

    def monotonic_ms(self) -> int:
        """Return real milliseconds since boot: debounce and deadlines are never scaled."""
        return time.monotonic_ns() // 1_000_000

    def real_to_domain(self, real_ms: int) -> timedelta:
        """Return `real_ms` times the speed."""
        return timedelta(milliseconds=real_ms * self.speed)

    def to_env(self) -> str:
        """Return the value of ``MOISO_DEMO_CLOCK`` that makes the same clock elsewhere."""
        return f"{self.start.isoformat()},{self.speed:g},{self.anchor.timestamp():.6f}"


def demo_clock_from_env(value: str) -> DemoClock:
    """Return the clock that ``MOISO_DEMO_CLOCK=start,speed[,anchor]`` describes.

    `start` is an ISO time with zone, `speed` a positive factor, `anchor` the Unix second at
    which the clock shows `start` (now, if absent: then two processes differ a little).
    Raises ConfigInvalid.
    """
    parts = value.split(",")
    try:
        start = datetime.fromisoformat(parts[0])
        speed = float(parts[1]) if len(parts) > 1 else 1.0
        anchor = datetime.fromtimestamp(float(parts[2]), UTC) if len(parts) > 2 else _now()
    except ValueError as exc:
        raise ConfigInvalid(_wrong_clock(value)) from exc
    if start.tzinfo is None or not 0 < speed <= 10_000:
        raise ConfigInvalid(_wrong_clock(value))
    return DemoClock(start.astimezone(UTC), speed, anchor)


def boot_id(path: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """Return what names this boot of the machine: monotonic times compare only within one."""
    return path.read_text(encoding="ascii").strip()


def _wrong_clock(value: str) -> Problem:
    return Problem("clock_wrong", "MOISO_DEMO_CLOCK", {"value": value})


def _now() -> datetime:
    return datetime.now(UTC)
