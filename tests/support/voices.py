"""A complete set of clips that takes no time: each a short tone instead of words."""

from __future__ import annotations

import array
import math
from pathlib import Path

from display.voice import clipset, phrases
from display.voice.wave_file import RATE, pack

HEAD = {"name": "Tone", "language": "vi", "origin": "tests", "licence": "Apache-2.0"}
TONE_MS = 15


def tone(pitch_hz: float, length_ms: int = TONE_MS) -> bytes:
    count = RATE * length_ms // 1000
    wave = (math.sin(2 * math.pi * pitch_hz * index / RATE) for index in range(count))
    return array.array("h", (round(8000 * value) for value in wave)).tobytes()


def write_set(folder: Path, length_ms: int = TONE_MS) -> None:
    """Write a complete set, its manifest last."""
    folder.mkdir(parents=True)
    for index, name in enumerate((phrases.CHIME, *phrases.SCRIPT)):
        (folder / f"{name}.wav").write_bytes(pack(tone(300 + 20 * index, length_ms)))
    clipset.write_manifest(folder, HEAD)
