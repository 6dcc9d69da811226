"""Letters: the bundled fonts, how wide a text is, where its lines break, and whether it exists.

Pillow's BASIC layout always: the default one differs between machines (raqm or not).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from math import ceil

from PIL import ImageFont
from PIL.ImageDraw import ImageDraw

from printer.errors import GlyphMissing

_FILES = {False: "NotoSans-Regular.subset.ttf", True: "NotoSans-Bold.subset.ttf"}
_DASHES = frozenset({"-", "–", "—", "•", "×", "→", "/", "&"})
# A private-use letter that no font here has: its picture is the "missing" box.
_MISSING = "\ue000"
# Lines may stand closer than the font says: its box allows for scripts that we do not use.
_LEADING = 1.24


class Face:
    """One font at one size."""

    def __init__(self, size_px: int, bold: bool = False) -> None:
        data = (files("printer") / "fonts" / _FILES[bold]).read_bytes()
        self._font = ImageFont.truetype(
            BytesIO(data), size_px, layout_engine=ImageFont.Layout.BASIC
        )
        self.step_px = round(size_px * _LEADING)
        ascent, descent = self._font.getmetrics()
        self._rise_px = (self.step_px - ascent - descent) // 2
        self._missing = bytes(self._font.getmask(_MISSING, mode="1"))
        self._known: set[str] = {" ", "\u00a0"}
        self._advances: dict[str, float] = {}

    def width(self, text: str) -> int:
        """Give the dots from the text's origin to its end.

        The sum of the letters': the subset has no kerning, and asking the font for every line
        that is tried takes ten times as long.
        """
        for letter in text:
            if letter not in self._advances:
                self._advances[letter] = self._font.getlength(letter)
        return ceil(sum(self._advances[letter] for letter in text))

    def require(self, text: str) -> None:
        """Raise `GlyphMissing` for the first letter that the font does not have."""
        for letter in text:
            if letter not in self._known:
                if bytes(self._font.getmask(letter, mode="1")) == self._missing:
                    raise GlyphMissing(letter)
                self._known.add(letter)

    def wrap(self, text: str, width_px: int) -> list[str]:
        """Break a text into lines that fit; a word wider than a line is broken too."""
        self.require(text)
        lines: list[str] = []
        line = ""
        for word in _words(text):
            longer = f"{line} {word}" if line else word
            if self.width(longer) <= width_px:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, width_px)
            lines += full
        return [*lines, line] if line else lines

    def balance(self, text: str, width_px: int) -> list[str]:
        """Break into as few lines as `wrap`, all about equally long; for centred headings."""
        best = self.wrap(text, width_px)
        low, high = width_px // max(1, len(best)), width_px
        while len(best) > 1 and high - low > 4:
            middle = (low + high) // 2
            tried = self.wrap(text, middle)
            if len(tried) == len(best) and not self._breaks_words(text, tried):
                best, high = tried, middle
            else:
                low = middle
        return best

    def draw(self, draw: ImageDraw, x: int, y: int, text: str, fill: int) -> None:
        """Draw one line whose box begins at this corner."""
        draw.text((x, y + self._rise_px), text, font=self._font, fill=fill)

    def ink(self, text: str) -> tuple[int, int, int, int]:
        """Give the box of the ink, from the corner that `draw_ink` is told."""
        left, top, right, bottom = self._font.getbbox(text)
        return round(left), round(top), round(right), round(bottom)

    def draw_ink(self, draw: ImageDraw, x: int, y: int, text: str, fill: int) -> None:
        """Draw one line so that its ink, not its box, begins at this corner."""
        left, top, _, _ = self.ink(text)
        draw.text((x - left, y - top), text, font=self._font, fill=fill)

    def _pieces(self, word: str, width_px: int) -> list[str]:
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter) > width_px:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def _breaks_words(self, text: str, lines: list[str]) -> bool:
        return " ".join(lines) != " ".join(_words(text))


@cache
def face(size_px: int, bold: bool = False) -> Face:
    """Give a font at a size, loaded once."""
    return Face(size_px, bold)


def _words(text: str) -> list[str]:
    """Split at spaces; a lone dash stays with the word before it, never at a line's start."""
    words: list[str] = []
    for word in text.split(" "):
        if word in _DASHES and words:
            words[-1] += f" {word}"
        elif word:
            words.append(word)
    return words
