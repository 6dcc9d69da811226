"""Picture to bytes: the ESC/POS commands of one slip, and the fence that proves it was printed.

Command numbers are those of Epson's reference. Nothing here draws: Pillow is not imported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

BAND_ROWS = 128
"""Rows of one raster command: bounds how much a printer waits for when a sender dies."""

_ESC_INIT = b"\x1b@"
_AUTO_STATUS_ON = b"\x1da\xff"
# GS ( D: switch off DLE DC4 1 (drawer pulse) and 2 (power off); DLE EOT and ENQ stay.
_REALTIME_OFF = b"\x1d(D\x05\x00\x14\x01\x00\x02\x00"
# GS P 203 203: ESC J counts dots. Some models count 1/406 inch until told.
_DOT_UNITS = b"\x1dP\xcb\xcb"
_CUT = b"\x1dV\x42\x00"  # feed to the knife, partial cut
_FENCE_IN_ORDER = b"\x1dr\x01"

DLE_EOT = {n: bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)}
RECOVER_AND_CLEAR = b"\x10\x05\x02"
"""DLE ENQ 2: leave a cutter error and forget the data that was waiting."""

_INVERT = bytes(255 - value for value in range(256))
_FENCE_LETTERS = bytes(range(0x21, 0x7F))
# 0x10 before one of these would be a real-time command even inside picture data.
_REALTIME_SECOND = (0x04, 0x05, 0x14)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a printer understands beyond pictures, cut and DLE EOT."""

    process_id: bool = True
    auto_status: bool = True
    realtime_switch: bool = True
    dot_units: bool = True


EPSON = Abilities()
PLAIN = Abilities(process_id=False, auto_status=False, realtime_switch=False, dot_units=False)
"""For clones that would print the letters of commands they do not know."""


def fence_id(job_id: str) -> bytes:
    """Give the job's four printable bytes, the same for the same job."""
    # Epson allows 32..126 for these bytes; 94 values each keep the ids of one day apart.
    digest = hashlib.sha256(job_id.encode()).digest()
    return bytes(_FENCE_LETTERS[byte % len(_FENCE_LETTERS)] for byte in digest[:4])


def fence(marker: bytes, abilities: Abilities = EPSON) -> bytes:
    """Give the commands that make the printer answer once all data before them is printed."""
    if len(marker) != 4 or not all(0x20 <= byte <= 0x7E for byte in marker):
        raise ValueError("a fence is four printable bytes")
    echo = b"\x1d(H\x06\x00\x30\x30" + marker if abilities.process_id else b""
    return echo + _FENCE_IN_ORDER


def encode(image: Image, abilities: Abilities = EPSON) -> bytes:
    """Turn a 1-bit picture into the bytes of one slip, from initialise to cut."""
    return _prologue(abilities) + raster(image) + _CUT


def flush_leftover(width_dots: int, abilities: Abilities = EPSON) -> bytes:
    """Give the bytes that end whatever half slip the printer is holding, and cut it off.

    NULs fill the band it may still be waiting for, and mean nothing if it is not.
    """
    longest_band = BAND_ROWS * (width_dots // 8)
    return bytes(longest_band) + _prologue(abilities) + _CUT


def raster(image: Image) -> bytes:
    """Give the picture as bands of `GS v 0`, cropped to their ink, with feeds for blank rows."""
    if image.mode != "1" or image.width % 8:
        raise ValueError("a slip is a 1-bit picture, its width a multiple of 8")
    row_bytes = image.width // 8
    dots = image.tobytes().translate(_INVERT)  # Pillow's 1 is white, the printer's 1 is black
    rows = [dots[at : at + row_bytes] for at in range(0, len(dots), row_bytes)]
    out = bytearray()
    start = 0
    while start < len(rows):
        inked = any(rows[start])
        end = start + 1
        while (
            end < len(rows) and any(rows[end]) == inked and (end - start < BAND_ROWS or not inked)
        ):
            end += 1
        out += _band(rows[start:end]) if inked else _feed(end - start)
        start = end
    return bytes(out)


def _prologue(abilities: Abilities) -> bytes:
    # ESC @ also forgets GS a, so automatic status is asked for with every slip.
    return (
        _ESC_INIT
        + (_REALTIME_OFF if abilities.realtime_switch else b"")
        + (_DOT_UNITS if abilities.dot_units else b"")
        + (_AUTO_STATUS_ON if abilities.auto_status else b"")
    )


def _band(rows: list[bytes]) -> bytes:
    # Only the right margin is cut away: every clone starts a raster at the left edge, but not
    # every clone moves it there again after a left margin or an alignment.
    width = max(len(row.rstrip(b"\x00")) for row in rows)
    data = _without_realtime(b"".join(row[:width] for row in rows))
    head = b"\x1dv0\x00" + width.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + data


def _feed(dots: int) -> bytes:
    full, rest = divmod(dots, 255)
    return b"\x1bJ\xff" * full + (b"\x1bJ" + bytes((rest,)) if rest else b"")


def _without_realtime(data: bytes) -> bytes:
    """Blacken one dot beside each dot pattern that a printer would obey as a command."""
    for second in _REALTIME_SECOND:
        data = data.replace(bytes((0x10, second)), bytes((0x18, second)))
    return data
