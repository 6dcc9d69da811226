"""Commands that a printer obeys on arrival, wherever they stand, even inside a picture."""

from __future__ import annotations

from dataclasses import dataclass

_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_POWER_OFF = b"\x10\x14\x02\x01\x08"
_SECOND = (0x04, 0x05, 0x14)


@dataclass(frozen=True, slots=True)
class Ask:
    """DLE EOT n: tell one status byte."""

    n: int


@dataclass(frozen=True, slots=True)
class Enquire:
    """DLE ENQ n: 1 goes on after an error, 2 forgets all waiting data first."""

    n: int


@dataclass(frozen=True, slots=True)
class ClearBuffer:
    """DLE DC4 8: forget all waiting data."""


@dataclass(frozen=True, slots=True)
class PowerOff:
    """DLE DC4 2: switch off, if GS ( D has not forbidden it."""


Order = Ask | Enquire | ClearBuffer | PowerOff


class Scanner:
    """Finds orders in the stream of one connection, however it is cut into chunks."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[Order]:
        """Take the next bytes and give the orders that they complete."""
        if b"\x10" not in data and not self._tail:
            return []
        orders: list[Order] = []
        text = self._tail + data
        at = text.find(b"\x10")
        while at >= 0:
            order, whole = _read(text[at : at + len(_CLEAR)])
            if not whole:
                self._tail = text[at:]
                return orders
            if order is not None:
                orders.append(order)
            at = text.find(b"\x10", at + 1)
        self._tail = b""
        return orders


def _read(text: bytes) -> tuple[Order | None, bool]:
    """Give the order at the start of `text`, and whether enough of it is here to tell."""
    if len(text) < 2:
        return None, False
    if text[1] not in _SECOND:
        return None, True
    if len(text) < 3:
        return None, False
    if text[1] == 0x04:
        return (Ask(text[2]) if 1 <= text[2] <= 4 else None), True
    if text[1] == 0x05:
        return (Enquire(text[2]) if text[2] in (1, 2) else None), True
    for pattern, order in ((_CLEAR, ClearBuffer()), (_POWER_OFF, PowerOff())):
        if text.startswith(pattern):
            return order, True
        if pattern.startswith(text):
            return None, False
    return None, True
