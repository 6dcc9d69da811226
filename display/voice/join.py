"""Joins clips into one sound file: the same clips give the same bytes, always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from display.voice import phrases
from display.voice.wave_file import pack, seconds, silence


def join(sounds: Mapping[str, bytes], clips: Sequence[str]) -> bytes:
    """Return the clips, in order and with the phrase's pauses, as one WAV file."""
    pieces = [sounds[clips[0]]]
    for before, after in pairwise(clips):
        pieces += (silence(phrases.pause_ms(before, after)), sounds[after])
    return pack(b"".join(pieces))


def length_s(sounds: Mapping[str, bytes], clips: Sequence[str]) -> float:
    """Return how long the joined clips would last."""
    pauses_ms = sum(phrases.pause_ms(before, after) for before, after in pairwise(clips))
    return sum(seconds(sounds[clip]) for clip in clips) + pauses_ms / 1000
