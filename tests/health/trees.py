"""Small trees that look like /sys and /proc of a Raspberry Pi."""

from __future__ import annotations

import os
from pathlib import Path


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="ascii")


def disk(used_pct: float, inodes_pct: float = 10, reserved: int = 0) -> os.statvfs_result:
    """Return what statvfs says of a disk of 10,000 blocks and inodes."""
    free = int(10_000 * (1 - used_pct / 100))
    inodes = int(10_000 * (1 - inodes_pct / 100))
    available = max(0, free - reserved)
    return os.statvfs_result((4096, 4096, 10_000, free, available, 10_000, inodes, inodes, 0, 255))


def meminfo(used_pct: float) -> str:
    available = int(500_000 * (1 - used_pct / 100))
    return (
        f"MemTotal:         500000 kB\nMemFree:           1000 kB\nMemAvailable:   {available} kB\n"
    )
