"""Slip to picture: 1-bit, 384, 512 or 576 dots wide (203 dpi), the same on every machine."""

from __future__ import annotations

from PIL import Image, ImageDraw

from printer.blocks import (
    WHITE,
    Block,
    CodeBeside,
    Gap,
    Lines,
    Number,
    Picture,
    Plate,
    Rule,
    fitting,
    qr_picture,
)
from printer.errors import SlipTooWide
from printer.layout_file import WIDTHS, Dots, Layout, Part, default_layout
from printer.slip import Slip
from printer.text import face

_LINES = {"rule": 0, "dashes": 4}
_QUIET_MODULES = 4


def draw(slip: Slip, width_dots: int, layout: Layout | None = None) -> Image.Image:
    """Draw a slip; raises `GlyphMissing` or `SlipTooWide` rather than print it wrong."""
    if width_dots not in WIDTHS:
        raise SlipTooWide(width_dots=width_dots, known=list(WIDTHS))
    blocks = _Stack(slip, width_dots, layout or default_layout()).blocks()
    return paint(blocks, width_dots)


def paint(blocks: list[Block], width_dots: int) -> Image.Image:
    """Put blocks below each other on white paper."""
    image = Image.new("1", (width_dots, sum(block.height_px for block in blocks)), WHITE)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    top = 0
    for block in blocks:
        block.draw(pen, image, top)
        top += block.height_px
    return image


class _Stack:
    """Goes down a layout with one slip in hand."""

    def __init__(self, slip: Slip, width: int, layout: Layout) -> None:
        self._slip = slip
        self._width = width
        self._layout = layout
        self._column = WIDTHS.index(width)
        self._inset = self._px(layout.inset)
        self._inner = width - 2 * self._inset
        self._notices = list(slip.notice)

    def blocks(self) -> list[Block]:
        """Give the blocks that have something to say, with the white between them."""
        stacked: list[Block] = []
        waiting: list[Block] = []  # lines that are drawn only if something follows
        for part in self._layout.parts:
            made = self._made(part)
            if not made:
                continue
            around = [Gap(self._px(part.before)), *made, Gap(self._px(part.after))]
            if part.block in _LINES:
                waiting += around
            elif part.block == "gap":
                stacked += around
            else:
                stacked += [*waiting, *around]
                waiting = []
        return stacked

    def _px(self, dots: Dots) -> int:
        return dots[self._column]

    def _made(self, part: Part) -> list[Block]:
        if part.block in _LINES:
            return [Rule(self._inset, dash_px=_LINES[part.block])]
        match part.block:
            case "gap":
                return [Gap(0)]
            case "logo":
                return [self._logo(part)]
            case "number":
                return [self._number(part)]
            case "tracking":
                return self._code(part, self._slip.tracking_url, self._slip.tracking_line)
            case "procedure":
                return self._code(part, self._slip.procedure_url, self._slip.procedure_line)
            case "notice":
                return self._text(part, self._notices)
        named = part.block if part.block in ("parent", "office", "title", "service") else ""
        text: str = getattr(self._slip, named or f"{part.block}_line")
        return self._text(part, [text] if text else [])

    def _text(self, part: Part, texts: list[str]) -> list[Block]:
        if not texts:
            return []
        font = face(self._px(part.size), part.bold)
        if part.plate:
            pad = max(4, self._px(part.size) // 6)
            room = self._inner - 4 * pad
            lines = [line for text in texts for line in font.balance(text, room)]
            return [Plate(font, lines, pad, self._inner)]
        lines = [line for text in texts for line in font.balance(text, self._inner)]
        return [Lines(font, lines)]

    def _logo(self, part: Part) -> Block:
        picture = self._layout.logos[part.file]
        if picture.width > self._inner:
            raise SlipTooWide(field="logo", width=picture.width, room=self._inner)
        return Picture(picture)

    def _number(self, part: Part) -> Block:
        text = self._slip.number
        font = fitting(text, self._px(part.size), part.bold, self._inner)
        font.require(text)
        if font.width(text) > self._inner:
            raise SlipTooWide(field="number", text=text)
        return Number(font, text)

    def _code(self, part: Part, url: str, line: str) -> list[Block]:
        """Give the code with its text beside it, and notices too if they cost no paper there."""
        font = face(self._px(part.text_size), part.bold)
        if not url:
            # Without its code the text stands alone.
            self._notices[:0] = [line] if line else []
            return []
        code = qr_picture(url, self._px(part.size), self._inner // 2, f"{part.block}_url")
        gap = _QUIET_MODULES * self._px(part.size)  # the white border that readers need
        room = self._inner - code.width - gap
        beside = font.balance(line, room) if line else []
        while part.beside and self._notices:
            more = font.balance(self._notices[0], room)
            if beside and font.step_px * len(beside + more) > code.height + font.step_px:
                break
            beside += more
            self._notices.pop(0)
        return [CodeBeside(code, font, beside, self._inset, gap, part.mirror)]
