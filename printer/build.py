"""Builds printers from plain settings; a new kind of transport is one more line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from printer import escpos
from printer.driver import Printer
from printer.transports.tcp import TcpTransport

if TYPE_CHECKING:
    from printer.slip import Slip

TRANSPORTS = {"tcp": TcpTransport}
ABILITIES = {"epson": escpos.EPSON, "plain": escpos.PLAIN}


def open_printer(
    kind: str = "tcp",
    *,
    width_dots: int = 576,
    abilities: str = "epson",
    can_answer: bool = True,
    **settings: Any,
) -> Printer:
    """Give a printer that connects when first used; `settings` go to its transport."""
    transport = TRANSPORTS[kind](**settings)
    return Printer(transport, width_dots, ABILITIES[abilities], can_answer=can_answer)


def draw_job(slip: Slip, width_dots: int, abilities: escpos.Abilities = escpos.EPSON) -> bytes:
    """Draw a slip and give its bytes, ready for `Printer.send`."""
    from printer.layout import draw  # Pillow: loaded by the process that prints, when it prints

    return escpos.encode(draw(slip, width_dots), abilities)
