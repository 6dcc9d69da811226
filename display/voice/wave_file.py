"""The one sound format of the voice: WAV, mono, 22,050 Hz, 16 bits."""

from __future__ import annotations

import io
import wave

RATE = 22050
WIDTH = 2


def silence(length_ms: int) -> bytes:
    """Return so much silence as samples."""
    return bytes(RATE * length_ms // 1000 * WIDTH)


def seconds(samples: bytes) -> float:
    """Return how long the samples last."""
    return len(samples) / (RATE * WIDTH)


def pack(samples: bytes) -> bytes:
    """Return the samples as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(WIDTH)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


def unpack(content: bytes) -> bytes:
    """Return the samples of a WAV file; raises ValueError if it is damaged or of another format."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            found = (file.getnchannels(), file.getframerate(), 8 * file.getsampwidth())
            samples: bytes = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise ValueError(f"is no WAV file: {exc}") from exc
    if found != (1, RATE, 8 * WIDTH):
        channels, rate, bits = found
        raise ValueError(f"has {channels} channels, {rate} Hz, {bits} bits; wanted 1, {RATE}, 16")
    if not samples:
        raise ValueError("is empty")
    return samples
