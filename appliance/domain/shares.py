"""Shares in percent, as offices are measured by them."""

from __future__ import annotations


def share_pct(part: int, whole: int) -> int:
    """Return `part` of `whole` in percent, rounded down: "100 %" must mean everybody."""
    return 100 * part // whole
