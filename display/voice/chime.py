"""The chime before a call: two soft bell tones, made here, so that it never goes missing."""

from __future__ import annotations

import array
import math
import sys
from functools import cache

from display.voice.wave_file import RATE

LENGTH_S = 1.15
_PEAK = 0.5
# When it begins, pitch in Hz (E5, C5: a falling third), how fast it dies away.
_TONES = ((0.0, 659.26, 4.5), (0.34, 523.25, 3.6))
# Overtones of a struck bar: times the pitch, share, how much faster they die away.
_OVERTONES = ((1.0, 1.0, 1.0), (2.0, 0.28, 1.8), (3.01, 0.09, 3.0))
_ATTACK_S = 0.006
_RELEASE_S = 0.12


@cache
def samples() -> bytes:
    """Return the chime, 16-bit little-endian."""
    curve = [_at(index / RATE) for index in range(int(RATE * LENGTH_S))]
    loudest = max(abs(value) for value in curve)
    sound = array.array("h", (round(value / loudest * _PEAK * 32767) for value in curve))
    if sys.byteorder == "big":
        sound.byteswap()
    return sound.tobytes()


def _at(time_s: float) -> float:
    value = sum(_tone(time_s - start_s, pitch, decay) for start_s, pitch, decay in _TONES)
    return value * min(1.0, (LENGTH_S - time_s) / _RELEASE_S)


def _tone(age_s: float, pitch: float, decay: float) -> float:
    if age_s < 0:
        return 0.0
    rise = min(1.0, age_s / _ATTACK_S)
    return rise * sum(
        share * math.exp(-decay * faster * age_s) * math.sin(2 * math.pi * pitch * times * age_s)
        for times, share, faster in _OVERTONES
    )
