"""The parts a slip is stacked from: each knows its height and draws itself at a height."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import segno
from PIL import Image
from PIL.ImageDraw import ImageDraw

from printer.errors import LayoutInvalid, SlipTooWide
from printer.text import Face, face

BLACK, WHITE = 0, 1
_HALF = 128
_LEAST_MODULE_PX = 3
# What Pillow says of files that are cut short, broken, or larger than any logo.
_NO_PICTURE = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


class Block(Protocol):
    """A part of a slip, as wide as the slip."""

    @property
    def height_px(self) -> int:
        """Give the rows that it takes."""
        ...

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw it with its first row here."""
        ...


@dataclass(frozen=True, slots=True)
class Gap:
    """White space."""

    height_px: int

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the slip, dashed or whole."""

    inset_px: int
    height_px: int = 2
    dash_px: int = 0

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw the line."""
        left, right = self.inset_px, image.width - self.inset_px
        step = 2 * self.dash_px or right - left
        for x in range(left, right, step):
            end = min(right, x + (self.dash_px or step)) - 1
            draw.rectangle((x, top_px, end, top_px + self.height_px - 1), fill=BLACK)


@dataclass(frozen=True, slots=True)
class Lines:
    """Centred lines of text."""

    font: Face
    lines: list[str]

    @property
    def height_px(self) -> int:
        """Give the rows of all lines."""
        return self.font.step_px * len(self.lines)

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw each line in the middle."""
        for at, line in enumerate(self.lines):
            x = (image.width - self.font.width(line)) // 2
            self.font.draw(draw, x, top_px + at * self.font.step_px, line, BLACK)


@dataclass(frozen=True, slots=True)
class Plate:
    """Centred lines, white on a black plate: nobody overlooks them."""

    font: Face
    lines: list[str]
    pad_px: int
    max_width_px: int

    @property
    def height_px(self) -> int:
        """Give the rows of the plate."""
        return self.font.step_px * len(self.lines) + self.pad_px

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw the plate, then the lines in white."""
        widest = max(self.font.width(line) for line in self.lines)
        width = min(self.max_width_px, widest + 4 * self.pad_px)
        left = (image.width - width) // 2
        box = (left, top_px, left + width - 1, top_px + self.height_px - 1)
        draw.rounded_rectangle(box, radius=self.pad_px, fill=BLACK)
        for at, line in enumerate(self.lines):
            x = (image.width - self.font.width(line)) // 2
            y = top_px + self.pad_px // 2 + at * self.font.step_px
            self.font.draw(draw, x, y, line, WHITE)


@dataclass(frozen=True, slots=True)
class Number:
    """The number, as large as the paper allows, with no space lost above or below its ink."""

    font: Face
    text: str

    @property
    def height_px(self) -> int:
        """Give the rows of its ink."""
        _, top, _, bottom = self.font.ink(self.text)
        return bottom - top

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw it in the middle."""
        left, _, right, _ = self.font.ink(self.text)
        self.font.draw_ink(draw, (image.width - right + left) // 2, top_px, self.text, BLACK)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the middle."""

    picture: Image.Image

    @property
    def height_px(self) -> int:
        """Give the rows of the picture."""
        return self.picture.height

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Paste it."""
        del draw
        image.paste(self.picture, ((image.width - self.picture.width) // 2, top_px))


@dataclass(frozen=True, slots=True)
class CodeBeside:
    """A QR code with its text beside it: half the paper of one above the other.

    The code is on the left, or on the right if mirrored: two codes of a slip are not in one line
    under a phone's eye, and each stands at its own text.
    """

    code: Image.Image
    font: Face
    lines: list[str]
    inset_px: int
    gap_px: int
    mirrored: bool = False

    @property
    def height_px(self) -> int:
        """Give the rows of the taller of the two."""
        return max(self.code.height, self.font.step_px * len(self.lines))

    def draw(self, draw: ImageDraw, image: Image.Image, top_px: int) -> None:
        """Draw the code and the text, both in the middle of their height."""
        widest = max((self.font.width(line) for line in self.lines), default=0)
        gap = self.gap_px if self.lines else 0
        left = max(self.inset_px, (image.width - self.code.width - gap - widest) // 2)
        code_left = left + widest + gap if self.mirrored else left
        x = left if self.mirrored else left + self.code.width + gap
        image.paste(self.code, (code_left, top_px + (self.height_px - self.code.height) // 2))
        text_top = top_px + (self.height_px - self.font.step_px * len(self.lines)) // 2
        for at, line in enumerate(self.lines):
            self.font.draw(draw, x, text_top + at * self.font.step_px, line, BLACK)


def qr_picture(text: str, module_px: int, max_px: int, field: str = "code") -> Image.Image:
    """Give the QR code of a text without its white border (the slip has white around it).

    A module has `module_px` dots, or as many as fit; raises `SlipTooWide` for a text so long that
    they would be fewer than phones can read from thermal paper.
    """
    code = segno.make_qr(text, error="m", boost_error=False)
    size = len(code.matrix)
    scale = min(module_px, max_px // size)
    if scale < min(module_px, _LEAST_MODULE_PX):
        raise SlipTooWide(field=field, characters=len(text), modules=size, room=max_px)
    light = bytes(0 if dark else 255 for row in code.matrix for dark in row)
    picture = Image.frombytes("L", (size, size), light).convert("1", dither=Image.Dither.NONE)
    return picture.resize((size * scale, size * scale), Image.Resampling.NEAREST)


def read_logo(path: Path) -> Image.Image:
    """Give a logo in black and white; never scaled or dithered, so that every dot is meant."""
    if not path.is_file():
        raise LayoutInvalid(file=str(path), problem="no_such_file")
    try:
        with Image.open(path) as opened:
            grey = Image.alpha_composite(
                Image.new("RGBA", opened.size, "white"), opened.convert("RGBA")
            ).convert("L")
    except _NO_PICTURE as error:
        raise LayoutInvalid(file=str(path), problem=str(error)) from error
    return grey.point(lambda value: 255 * (value >= _HALF), mode="1")


def fitting(text: str, size_px: int, bold: bool, width_px: int) -> Face:
    """Give the largest font up to this size in which the text fits on one line."""
    while size_px > 24 and face(size_px, bold).width(text) > width_px:
        size_px -= 4
    return face(size_px, bold)
