"""What the kernel knows of processes: memory and bytes written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+) \S+ \d+ *(/.*)?$")
_BYTES = 1024  # the kernel's "kB"
Place = tuple[str, str]


@dataclass(frozen=True)
class Held:
    """What one process holds, in bytes: pages of its own, and pages of files, place by place."""

    own: int
    files: Mapping[Place, int]


def pss_mb(pids: Iterable[int]) -> float:
    """Return the kernel's proportional set size of the processes together, in millions."""
    return sum(_field(pid, "smaps_rollup", "Pss:") for pid in pids) * _BYTES / 1e6


def own_pss_mb(groups: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Return each group's proportional set size as if nothing but these groups ran.

    The kernel divides a page of a library by all processes that map it, those of strangers too:
    beside other Python programs every one of ours looks smaller than alone on a Pi.
    """
    held = {pid: _held(pid) for pids in groups.values() for pid in pids}
    sharers: dict[Place, int] = defaultdict(int)
    for one in held.values():
        for place in one.files:
            sharers[place] += 1

    def share(one: Held) -> float:
        return one.own + sum(size / sharers[place] for place, size in one.files.items())

    return {name: sum(share(held[pid]) for pid in pids) / 1e6 for name, pids in groups.items()}


def written_bytes(pids: Iterable[int]) -> int:
    """Return the bytes that the processes caused to be written to disks."""
    return sum(_field(pid, "io", "write_bytes:") for pid in pids)


def command_of(pid: int) -> str:
    """Return the command line of a process, "" if it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def _held(pid: int) -> Held:
    own = _field(pid, "smaps_rollup", "Pss_Anon:") + _field(pid, "smaps_rollup", "Pss_Shmem:")
    smaps = Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8", errors="replace")
    return Held(own * _BYTES, file_pages(smaps))


def file_pages(smaps: str) -> dict[Place, int]:
    """Return the bytes of file pages in memory, for each place of each file that is mapped."""
    found: dict[Place, int] = defaultdict(int)
    place: Place | None = None
    for line in smaps.splitlines():
        if mapping := _MAPPING.match(line):
            place = (mapping[2], mapping[1]) if mapping[2] else None
        elif place is not None:
            name, _, rest = line.partition(":")
            if name == "Rss":
                found[place] += int(rest.split()[0]) * _BYTES
            elif name == "Anonymous":  # written to since it was mapped: no longer the file's
                found[place] -= int(rest.split()[0]) * _BYTES
    return dict(found)


def _field(pid: int, file: str, name: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.removeprefix(name).split()[0])
    raise ValueError(f"/proc/{pid}/{file} has no {name}")
