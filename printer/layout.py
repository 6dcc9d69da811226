"""Slip to picture: 1-bit, 384, 512 or 576 dots wide (203 dpi), the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from printer.blocks import (
    WHITE,
    Block,
    CodeBeside,
    Gap,
    Lines,
    Number,
    Plate,
    Rule,
    fitting,
    qr_picture,
)
from printer.errors import SlipTooWide
from printer.slip import Slip
from printer.text import face


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type and space for one width of paper, in dots (8 to the millimetre)."""

    inset: int
    parent: int
    office: int
    title: int
    number: int
    service: int
    ahead: int
    small: int
    module: int
    gap: int


SIZES = {
    384: Sizes(4, 19, 22, 21, 132, 27, 24, 19, 4, 9),
    512: Sizes(8, 21, 25, 25, 164, 31, 27, 21, 5, 10),
    576: Sizes(10, 22, 27, 27, 180, 34, 29, 22, 5, 11),
}


def draw(slip: Slip, width_dots: int) -> Image.Image:
    """Draw a slip; raises `GlyphMissing` or `SlipTooWide` rather than print it wrong."""
    if width_dots not in SIZES:
        raise SlipTooWide(width_dots=width_dots, known=sorted(SIZES))
    blocks = _blocks(slip, width_dots, SIZES[width_dots])
    image = Image.new("1", (width_dots, sum(block.height_px for block in blocks)), WHITE)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    top = 0
    for block in blocks:
        block.draw(pen, image, top)
        top += block.height_px
    return image


def _blocks(slip: Slip, width: int, sizes: Sizes) -> list[Block]:
    return [
        *_head(slip, width, sizes),
        *_ticket(slip, width, sizes),
        *_foot(slip, width, sizes),
        Gap(sizes.gap),
    ]


def _head(slip: Slip, width: int, sizes: Sizes) -> list[Block]:
    inner = width - 2 * sizes.inset
    blocks: list[Block] = []
    if slip.parent:
        font = face(sizes.parent)
        blocks += [Lines(font, font.balance(slip.parent, inner)), Gap(sizes.gap // 3)]
    font = face(sizes.office, bold=True)
    blocks.append(Lines(font, font.balance(slip.office, inner)))
    return [*blocks, Gap(sizes.gap // 2), Rule(sizes.inset), Gap(sizes.gap)]


def _ticket(slip: Slip, width: int, sizes: Sizes) -> list[Block]:
    inner = width - 2 * sizes.inset
    title = face(sizes.title)
    blocks: list[Block] = [Lines(title, title.balance(slip.title, inner))]
    if slip.reprint_line:
        blocks += [Gap(sizes.gap // 2), _plate(slip.reprint_line, inner, sizes)]
    number = fitting(slip.number, sizes.number, True, inner)
    number.require(slip.number)
    if number.width(slip.number) > inner:
        raise SlipTooWide(field="number", text=slip.number)
    blocks += [Gap(sizes.gap), Number(number, slip.number), Gap(sizes.gap)]
    service = face(sizes.service, bold=True)
    blocks.append(Lines(service, service.balance(slip.service, inner)))
    if slip.priority_line:
        blocks += [Gap(sizes.gap // 2), _plate(slip.priority_line, inner, sizes)]
        blocks.append(Gap(sizes.gap // 2))
    if slip.ahead_line:
        ahead = face(sizes.ahead)
        blocks.append(Lines(ahead, ahead.balance(slip.ahead_line, inner)))
    small = face(sizes.small)
    return [*blocks, Lines(small, small.balance(slip.time_line, inner))]


def _foot(slip: Slip, width: int, sizes: Sizes) -> list[Block]:
    inner = width - 2 * sizes.inset
    small = face(sizes.small)
    texts = [text for text in (slip.tracking_line, *slip.notice) if text]
    if not (slip.tracking_url or texts):
        return []
    blocks: list[Block] = [Gap(sizes.gap), Rule(sizes.inset, dash_px=4), Gap(sizes.gap)]
    if slip.tracking_url:
        code = qr_picture(slip.tracking_url, sizes.module, inner // 2)
        gap = 4 * sizes.module  # the white border that readers need
        room = inner - code.width - gap
        beside: list[str] = []
        # As many texts as fit beside the code cost no paper; the rest stand below it.
        while texts:
            more = small.balance(texts[0], room)
            if beside and small.step_px * len(beside + more) > code.height + small.step_px:
                break
            beside += more
            texts.pop(0)
        blocks.append(CodeBeside(code, small, beside, sizes.inset, gap))
        if texts:
            blocks.append(Gap(sizes.gap // 2))
    below = [line for text in texts for line in small.balance(text, inner)]
    return [*blocks, Lines(small, below)] if below else blocks


def _plate(text: str, inner: int, sizes: Sizes) -> Block:
    font = face(sizes.ahead, bold=True)
    pad = sizes.gap // 2
    return Plate(font, font.balance(text, inner - 4 * pad), pad, inner)
