"""One reader for everything a printer says: its answers are told apart by their bit patterns.

DLE EOT   0xx1xx10                   one byte, in real time
ASB       0xx1xx00, then 3 x 0xx0xxxx  four bytes, pushed at any change
GS r      0000xxxx                   one byte, in the order of the data
GS ( H    37 22 d1 d2 d3 d4 00       seven bytes, when the data before it is printed
GS I      5F ... 00                  a text
"""

from __future__ import annotations

from dataclasses import dataclass

_BLOCK, _TEXT, _PROCESS_ID = 0x37, 0x5F, 0x22
_TEXT_LIMIT = 80
_FLOW_CONTROL = (0x11, 0x13)


@dataclass(frozen=True, slots=True)
class RealtimeAnswer:
    """The byte that answers DLE EOT n; it does not say which n was asked."""

    byte: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Four bytes that the printer pushed because its state changed."""

    block: bytes


@dataclass(frozen=True, slots=True)
class InOrderAnswer:
    """The byte that answers GS r once everything before it has been processed."""

    byte: int


@dataclass(frozen=True, slots=True)
class ProcessId:
    """The four bytes of a fence whose slip has been printed."""

    fence_id: bytes


@dataclass(frozen=True, slots=True)
class Text:
    """An answer to GS I: the printer's name, maker or version."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Garbage:
    """A byte that belongs to no answer a printer may give."""

    byte: int


Answer = RealtimeAnswer | AutoStatus | InOrderAnswer | ProcessId | Text | Garbage


class Demux:
    """Turns the stream of one connection into answers, however it is cut into chunks."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Answer]:
        """Take the next bytes and give the answers they complete."""
        answers: list[Answer] = []
        for byte in data:
            self._take(byte, answers)
        return answers

    def _take(self, byte: int, answers: list[Answer]) -> None:
        if not self._held:
            self._first(byte, answers)
        elif self._held[0] in (_BLOCK, _TEXT):
            self._in_block(byte, answers)
        else:
            self._in_auto_status(byte, answers)

    def _first(self, byte: int, answers: list[Answer]) -> None:
        if byte in (_BLOCK, _TEXT) or byte & 0x93 == 0x10:
            self._held.append(byte)
        elif byte & 0x93 == 0x12:
            answers.append(RealtimeAnswer(byte))
        elif byte & 0xF0 == 0:
            answers.append(InOrderAnswer(byte))
        elif byte not in _FLOW_CONTROL:
            answers.append(Garbage(byte))

    def _in_auto_status(self, byte: int, answers: list[Answer]) -> None:
        if byte & 0x93 == 0x12:  # real time means that it may come in between
            answers.append(RealtimeAnswer(byte))
        elif byte & 0x90 == 0:
            self._held.append(byte)
            if len(self._held) == 4:
                answers.append(AutoStatus(bytes(self._held)))
                self._held.clear()
        else:
            self._give_up(answers)
            self._take(byte, answers)

    def _in_block(self, byte: int, answers: list[Answer]) -> None:
        held = self._held
        held.append(byte)
        if held[0] == _BLOCK and len(held) > 1 and held[1] == _PROCESS_ID:
            if len(held) == 7:
                if byte == 0:
                    answers.append(ProcessId(bytes(held[2:6])))
                    held.clear()
                else:
                    self._give_up(answers)
        elif byte == 0:
            if held[0] == _TEXT:
                answers.append(Text(bytes(held[1:-1])))
            held.clear()  # a block of another function: whole, but nothing we asked for
        elif len(held) > _TEXT_LIMIT or not 0x20 <= byte < 0x7F:
            self._give_up(answers)

    def _give_up(self, answers: list[Answer]) -> None:
        answers.extend(Garbage(held) for held in self._held)
        self._held.clear()
