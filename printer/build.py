"""Builds printers from plain settings; a new kind of transport is one more line here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from printer import escpos
from printer.driver import Printer
from printer.transports import Transport

if TYPE_CHECKING:
    from PIL.Image import Image

    from printer.layout_file import Layout
    from printer.link import Deadlines
    from printer.slip import Slip

# Loaded when used: pyserial and pyusb cost memory that a network printer need not pay.
TRANSPORTS = {
    "tcp": "printer.transports.tcp:TcpTransport",
    "serial": "printer.transports.serial:SerialTransport",
    "usblp": "printer.transports.usblp:UsblpTransport",
    "usb": "printer.transports.usb:UsbTransport",
}


@dataclass(frozen=True, slots=True)
class DrawnJob:
    """The bytes of one slip, and the paper that they take."""

    data: bytes
    length_mm: float


def open_transport(kind: str, **settings: Any) -> Transport:
    """Give the way to a printer; nothing is connected yet."""
    module, _, name = TRANSPORTS[kind].partition(":")
    made: Transport = getattr(import_module(module), name)(**settings)
    return made


def open_printer(
    kind: str = "tcp",
    *,
    width_dots: int | None = None,
    profile: str = "default",
    abilities: escpos.Abilities | None = None,
    can_answer: bool = True,
    deadlines: Deadlines | None = None,
    **settings: Any,
) -> Printer:
    """Give a printer that connects when first used; `settings` go to its transport.

    The profile is python-escpos' name of the model; it tells the width unless that is given.
    One that is wider than the model prints is `ProfileUnfit`.
    """
    transport = open_transport(kind, **settings)
    if width_dots is None or abilities is None:
        from printer.profile import load_profile

        known = load_profile(profile)
        width_dots = known.require_width(width_dots or known.width_dots)
        abilities = abilities or known.abilities
    return Printer(transport, width_dots, abilities, deadlines, can_answer=can_answer)


def draw_slip(
    slip: Slip,
    width_dots: int,
    abilities: escpos.Abilities = escpos.EPSON,
    layout: Layout | None = None,
) -> DrawnJob:
    """Draw a slip and give its bytes, ready for `Printer.send`, and its length on paper."""
    from printer.layout import draw  # Pillow: loaded by the process that prints, when it prints

    return drawn(draw(slip, width_dots, layout), abilities)


def drawn(picture: Image, abilities: escpos.Abilities = escpos.EPSON) -> DrawnJob:
    """Give the bytes of a slip's picture, and its length on paper."""
    mm = escpos.length_mm(picture.height, abilities)
    return DrawnJob(escpos.encode(picture, abilities), mm)


def draw_job(
    slip: Slip,
    width_dots: int,
    abilities: escpos.Abilities = escpos.EPSON,
    layout: Layout | None = None,
) -> bytes:
    """Draw a slip and give its bytes alone."""
    return draw_slip(slip, width_dots, abilities, layout).data
