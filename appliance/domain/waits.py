"""How long citizens waited: the numbers that offices are measured by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.domain.shares import share_pct

GOOD_WAIT_S = 15 * 60


@dataclass(frozen=True)
class Waits:
    """Waits from the issue of a number to its first call; None where nobody was called."""

    n: int
    p50_s: int | None
    p90_s: int | None
    within_15_min_pct: int | None


def summed_up(waits_s: Sequence[float]) -> Waits:
    """Return median, 90th percentile and the share that waited at most 15 minutes."""
    if not waits_s:
        return Waits(0, None, None, None)
    ordered = sorted(waits_s)
    good = sum(1 for wait_s in ordered if wait_s <= GOOD_WAIT_S)
    p50_s, p90_s = (_nearest_rank(ordered, percent) for percent in (50, 90))
    return Waits(len(ordered), p50_s, p90_s, share_pct(good, len(ordered)))


def _nearest_rank(ordered: Sequence[float], percent: int) -> int:
    """Return the smallest wait that `percent` of all waits do not exceed: one that happened."""
    rank = max(1, math.ceil(len(ordered) * percent / 100))
    return round(ordered[rank - 1])
