"""The announcer: the first complete set of clips speaks; without one, the chime calls alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from display.voice import chime, clipset, phrases
from display.voice.clipset import ClipSet, Incomplete
from display.voice.join import join, length_s
from display.voice.wave_file import pack

Source = Literal["office", "shipped", "chime"]
# A call is about 300 KB; a recall soon after asks for the same one.
_KEPT = 8


class Announcer:
    """Makes the sound of a call; `source` and `problems` say what speaks, and why not better.

    `problems` tells of the sets that were passed over; it is empty if the office has none of its
    own.
    """

    def __init__(self, source: Source, clips: ClipSet | None, problems: Sequence[str] = ()) -> None:
        self.source = source
        self.clips = clips
        self.problems = tuple(problems)
        self._kept = lru_cache(maxsize=_KEPT)(self._join)

    @property
    def name(self) -> str:
        """Return who speaks, "" for the chime alone."""
        return "" if self.clips is None else self.clips.name

    def call(self, label: str, counter: int, *, priority: bool = False) -> bytes:
        """Return the WAV file of a call, at most 12 s; raises ValueError for what has no words.

        A label too long for two readings is read once.
        """
        return self._kept(label, counter, priority)

    def first_reading_s(self, label: str, counter: int, *, priority: bool = False) -> float:
        """Return after how many seconds of a call its first reading is over; see `call`."""
        if self.clips is None:
            return chime.LENGTH_S
        once = phrases.call(label, counter, priority=priority, readings=1)
        return length_s(self.clips.sounds, once)

    def _join(self, label: str, counter: int, priority: bool) -> bytes:
        twice = phrases.call(label, counter, priority=priority)
        if self.clips is None:
            return pack(chime.samples())
        sounds = self.clips.sounds
        if length_s(sounds, twice) <= clipset.LONGEST_CALL_S:
            return join(sounds, twice)
        return join(sounds, phrases.call(label, counter, priority=priority, readings=1))


def choose(office: Path | None, shipped: Path = clipset.SHIPPED) -> Announcer:
    """Return the announcer: the set in `office` if it is complete, else the shipped one."""
    problems: list[str] = []
    sources: Sequence[tuple[Source, Path | None]] = (("office", office), ("shipped", shipped))
    for source, folder in sources:
        if folder is None or (source == "office" and not folder.exists()):
            continue
        try:
            return Announcer(source, clipset.load(folder), problems)
        except Incomplete as exc:
            problems += exc.problems
    return Announcer("chime", None, problems)
