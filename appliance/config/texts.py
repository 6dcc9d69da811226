"""What a text of the configuration may hold, so that it can be printed and scanned."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

# So that a code of it can still be scanned from 58 mm paper: 57 modules of three dots each.
LONGEST_URL = 200
# What the fonts of the slips hold, see printer/fonts/README.md; a test compares the two.
_LETTERS = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x100, 0x103),
    (0x110, 0x111),
    (0x128, 0x129),
    (0x168, 0x169),
    (0x1A0, 0x1A1),
    (0x1AF, 0x1B0),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x20AB, 0x20AB),
    (0x2116, 0x2116),
    (0x2190, 0x2190),
    (0x2192, 0x2192),
)


def has_letter(letter: str) -> bool:
    """Return whether the fonts of the slips have `letter`."""
    return any(first <= ord(letter) <= last for first, last in _LETTERS)


def printable(text: str) -> str:
    """Return `text` in NFC; refuses a letter that no slip can show."""
    text = unicodedata.normalize("NFC", text)
    for letter in text:
        if not has_letter(letter):
            found = {"letter": letter, "code": f"U+{ord(letter):04X}"}
            raise PydanticCustomError("not_printable", "not_printable", found)
    return text


def web_address(text: str) -> str:
    """Return `text`; refuses what is neither empty nor an address fit for a QR code."""
    if not text:
        return text
    if not re.fullmatch(r"https?://[!-~]+", text) or not _host(text):
        raise PydanticCustomError("not_an_address", "not_an_address")
    if len(text) > LONGEST_URL:
        found = {"length": len(text), "limit": LONGEST_URL}
        raise PydanticCustomError("address_too_long", "address_too_long", found)
    return text


def _host(text: str) -> str | None:
    try:
        return urlsplit(text).hostname
    except ValueError:
        return None
