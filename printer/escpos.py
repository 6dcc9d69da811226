"""Picture to bytes: the ESC/POS commands of one slip, and the fence that proves it was printed.

The common commands are python-escpos' constants (the module costs nothing; its builder and its
printers would load 17 MB); what that library does not know has the numbers of Epson's reference.
Nothing here draws: Pillow is not imported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escpos.constants import ESC, GS, HW_INIT, RT_STATUS, S_RASTER_N

if TYPE_CHECKING:
    from PIL.Image import Image

BAND_ROWS = 128
"""Rows of one raster command: bounds how much a printer waits for when a sender dies."""
KNIFE_MM = 15.0
"""From the head to the knife, in most printers 13 to 18 mm: fed with every cut."""

_AUTO_STATUS_ON: bytes = GS + b"a\xff"
# GS ( D: switch off DLE DC4 1 (drawer pulse) and 2 (power off); DLE EOT and ENQ stay.
_REALTIME_OFF: bytes = GS + b"(D\x05\x00\x14\x01\x00\x02\x00"
# GS V 66 0: feed to the knife, partial cut. (The library's PAPER_PART_CUT would cut the slip's
# last 15 mm off: the knife stands behind the head.)
_CUT: bytes = GS + b"V\x42\x00"
_TEAR_DOTS = 160  # where nobody cuts: from the head past the tear bar
FENCE_IN_ORDER: bytes = GS + b"r\x01"

DLE_EOT = {n: RT_STATUS + bytes((n,)) for n in (1, 2, 3, 4)}
RECOVER_AND_CLEAR = b"\x10\x05\x02"
"""DLE ENQ 2: leave a cutter error and forget the data that was waiting."""

END_OF_ANY_HEAD = bytes(8)
"""NULs complete the longest head of a command with sizes of nothing; elsewhere they are nothing."""

CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: forget the data that was waiting, at once, whatever the printer is doing."""
IDENTIFY = {
    name: GS + b"I" + bytes((n,))
    for name, n in (("maker", 66), ("model", 67), ("serial", 68), ("firmware", 65))
}
"""GS I n: the printer's own words on what it is."""

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
    realtime_clear: bool = True
    names_itself: bool = True
    dot_units: bool = True
    cutter: bool = True
    dpi: int = 203

    @property
    def dot_mm(self) -> float:
        """Give the height of one row of dots."""
        return 25.4 / self.dpi


EPSON = Abilities()
PLAIN = Abilities(
    process_id=False,
    auto_status=False,
    realtime_switch=False,
    realtime_clear=False,
    names_itself=False,
    dot_units=False,
)
"""For clones that would print the letters of commands they do not know."""


def fence_id(job_id: str) -> bytes:
    """Give the job's four printable bytes, the same for the same job.

    Three letters count in base 94 and the fourth checks them: jobs that are numbers never share a
    fence within 830,584 in a row, over a year of the busiest office. Other names are hashed; their
    last letter comes from the other half of the alphabet, so they never meet a number.
    """
    base = len(_FENCE_LETTERS)  # Epson allows 32..126 for these bytes; the blank is ours to keep
    half = base // 2
    if job_id.isascii() and job_id.isdigit():
        digits = _digits(int(job_id), base)
        weighted = zip((7, 5, 3), digits, strict=True)
        last = sum(weight * digit for weight, digit in weighted) % half
    else:
        value = int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:8])
        digits = _digits(value, base)
        last = half + value // base**3 % half
    return bytes(_FENCE_LETTERS[at] for at in (*digits, last))


def fence(marker: bytes, abilities: Abilities = EPSON) -> bytes:
    """Give the commands that make the printer answer once all data before them is printed."""
    if len(marker) != 4 or not all(0x20 <= byte <= 0x7E for byte in marker):
        raise ValueError("a fence is four printable bytes")
    echo: bytes = GS + b"(H\x06\x00\x30\x30" + marker if abilities.process_id else b""
    return echo + FENCE_IN_ORDER


def encode(image: Image, abilities: Abilities = EPSON) -> bytes:
    """Turn a 1-bit picture into the bytes of one slip, from initialise to cut."""
    return _prologue(abilities) + raster(image) + _end(abilities)


def flush_leftover(width_dots: int, abilities: Abilities = EPSON) -> bytes:
    """Give the bytes that end whatever half slip the printer is holding, and cut it off.

    NULs fill the band it may still be waiting for, and mean nothing if it is not.
    """
    longest_band = BAND_ROWS * (width_dots // 8)
    return bytes(longest_band) + _prologue(abilities) + _end(abilities)


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


def _digits(value: int, base: int) -> list[int]:
    return [value // base**place % base for place in (2, 1, 0)]


def length_mm(rows: int, abilities: Abilities) -> float:
    """Give the paper that a slip of so many rows takes, from cut to cut."""
    behind = KNIFE_MM if abilities.cutter else _TEAR_DOTS * abilities.dot_mm
    return rows * abilities.dot_mm + behind


def _prologue(abilities: Abilities) -> bytes:
    # ESC @ also forgets GS a, so automatic status is asked for with every slip.
    # GS P: ESC J counts dots. Some models count 1/406 inch until told.
    units: bytes = GS + b"P" + bytes((abilities.dpi, abilities.dpi))
    start: bytes = HW_INIT
    return (
        start
        + (_REALTIME_OFF if abilities.realtime_switch else b"")
        + (units if abilities.dot_units else b"")
        + (_AUTO_STATUS_ON if abilities.auto_status else b"")
    )


def _end(abilities: Abilities) -> bytes:
    return _CUT if abilities.cutter else _feed(_TEAR_DOTS)


def _band(rows: list[bytes]) -> bytes:
    # Only the right margin is cut away: every clone starts a raster at the left edge, but not
    # every clone moves it there again after a left margin or an alignment.
    width = max(len(row.rstrip(b"\x00")) for row in rows)
    data = _without_realtime(b"".join(row[:width] for row in rows))
    head: bytes = S_RASTER_N + width.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + data


def _feed(dots: int) -> bytes:
    full, rest = divmod(dots, 255)
    return b"".join(ESC + b"J" + bytes((n,)) for n in [255] * full + [rest] if n)


def _without_realtime(data: bytes) -> bytes:
    """Blacken one dot beside each dot pattern that a printer would obey as a command."""
    for second in _REALTIME_SECOND:
        data = data.replace(bytes((0x10, second)), bytes((0x18, second)))
    return data
