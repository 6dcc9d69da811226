"""The test page: every accented letter, a ruler, codes in three sizes, and what printed it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image
from PIL.ImageDraw import ImageDraw

from printer.blocks import BLACK, Block, CodeBeside, Gap, Lines, Rule, qr_picture
from printer.layout import paint
from printer.text import Face, face

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_MODULES = (3, 4, 5)
_INSET = 8


def accented_letters() -> str:
    """Give the 67 accented letters of Vietnamese in small, then in capitals."""
    made = (
        unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES
    )
    small = "".join(letter for letter in made if not letter.isascii()) + "đ"
    return small + small.upper()


@dataclass(frozen=True, slots=True)
class Ruler:
    """A millimetre scale over the whole width, a bar at each edge."""

    font: Face
    dpi: int
    height_px: int = 64

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw the bars, a tick for each millimetre and a number for each ten."""
        last = image.width - 1
        for x in (0, last):
            draw.line((x, top_px, x, top_px + self.height_px - 1), fill=BLACK)
        draw.line((0, top_px, last, top_px), fill=BLACK)
        for mm in range(int(image.width * 25.4 / self.dpi) + 1):
            x = min(last, round(mm * self.dpi / 25.4))
            length = 24 if mm % 10 == 0 else 16 if mm % 5 == 0 else 9
            draw.line((x, top_px, x, top_px + length), fill=BLACK)
            if mm % 10 == 0 and mm > 0:
                label = str(mm)
                left = x - self.font.width(label) // 2
                if left + self.font.width(label) <= last:
                    self.font.draw(draw, left, top_px + 28, label, BLACK)


def draw_test_page(width_dots: int, dpi: int, facts: Mapping[str, str], token: str) -> Image.Image:
    """Draw the page; `facts` are printed line by line, `token` stands in every code."""
    title, body, small = face(30, bold=True), face(28), face(20)
    letters = accented_letters()
    inner = width_dots - 2 * _INSET
    told = [line for name, text in facts.items() for line in small.wrap(f"{name}: {text}", inner)]
    blocks: list[Block] = [
        Lines(title, title.balance("TRANG IN THỬ - TEST PAGE", inner)),
        Gap(8),
        Rule(_INSET),
        Gap(8),
        Lines(body, _rows(body, letters, inner)),
        Gap(4),
        Lines(face(28, bold=True), _rows(face(28, bold=True), letters, inner)),
        Gap(12),
        Ruler(small, dpi),
        Gap(12),
    ]
    for module in _MODULES:
        code = qr_picture(f"{token}-{module}", module, inner // 2)
        text = f"{module} chấm / dots = {module * 25.4 / dpi:.2f} mm"
        beside = small.wrap(text, inner - code.width - 32)
        blocks += [CodeBeside(code, small, beside, _INSET, 32), Gap(24)]
    blocks += [Rule(_INSET, dash_px=4), Gap(8), Lines(small, told), Gap(16)]
    return paint(blocks, width_dots)


def _rows(font: Face, letters: str, width_px: int) -> list[str]:
    """Break the letters into rows; a blank between them so that each is seen alone."""
    rows = [""]
    for letter in letters:
        longer = f"{rows[-1]} {letter}".strip()
        if font.width(longer) > width_px:
            rows.append(letter)
        else:
            rows[-1] = longer
    return rows
