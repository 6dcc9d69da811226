"""The commands in the receive buffer, one at a time; pictures come row by row.

Row by row, because a printer's buffer is smaller than a picture: it prints while it receives.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Bytes after the command's two letters, for commands that change nothing we draw.
_ESC_SKIP = {
    **dict.fromkeys(b"!-ERSTVM{GtUr=3 Q", 1),
    **dict.fromkeys(b"2<Li", 0),
    **dict.fromkeys(b"$\\c", 2),
    ord("p"): 3,
    ord("D"): 1,
}
_FS_SKIP = {**dict.fromkeys(b"-!CW", 1), **dict.fromkeys(b"S", 2), **dict.fromkeys(b".&", 0)}
_GS_SKIP = {**dict.fromkeys(b"!BHbfhw/", 1), **dict.fromkeys(b"LWP$\\", 2), ord(":"): 0}


@dataclass(frozen=True, slots=True)
class Command:
    """One command: a short name and its bytes."""

    name: str
    data: bytes = b""
    n: int = 0


@dataclass(slots=True)
class Parser:
    """Reads commands from the front of a buffer that others fill at its end."""

    buffer: bytearray = field(default_factory=bytearray)
    unknown: int = 0
    _row_bytes: int = 0
    _rows_left: int = 0

    def reset(self) -> None:
        """Forget the buffer and any picture that was under way, as a power cut does."""
        self.buffer.clear()
        self._rows_left = 0

    @property
    def in_picture(self) -> bool:
        """True while the rest of a picture is awaited."""
        return self._rows_left > 0

    def next(self) -> Command | None:
        """Take the next command, or give None if it is not all here yet."""
        if self._rows_left:
            if len(self.buffer) < self._row_bytes:
                return None
            self._rows_left -= 1
            return Command("row", self._take(self._row_bytes))
        if not self.buffer:
            return None
        lead = self.buffer[0]
        if lead == 0x1B:
            return self._escape()
        if lead == 0x1D:
            return self._group()
        if lead == 0x10:
            return self._realtime()
        if lead == 0x1C:
            return None if len(self.buffer) < 2 else self._skip(_FS_SKIP, self.buffer[1])
        self._take(1)
        if lead == 0x0A:
            return Command("line")
        if lead < 0x20:  # control characters leave no ink
            return Command("nothing")
        return Command("text", bytes((lead,)))

    def _take(self, count: int) -> bytes:
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def _escape(self) -> Command | None:
        if len(self.buffer) < 2:
            return None
        letter = self.buffer[1]
        if letter == ord("@"):
            self._take(2)
            return Command("init")
        if letter in b"Jda":
            return self._one({74: "feed", 100: "lines", 97: "align"}[letter])
        return self._skip(_ESC_SKIP, letter)

    def _group(self) -> Command | None:
        if len(self.buffer) < 2:
            return None
        letter = self.buffer[1]
        if letter == ord("v"):
            return self._picture()
        if letter == ord("V"):
            return self._cut()
        if letter == ord("("):
            return self._function()
        if letter in b"raI":
            return self._one({114: "ask", 97: "auto", 73: "identify"}[letter])
        return self._skip(_GS_SKIP, letter)

    def _realtime(self) -> Command | None:
        """Skip what the scanner has already obeyed."""
        if len(self.buffer) < 2:
            return None
        if self.buffer[1] in (0x04, 0x05):
            return self._skipped(3)
        if self.buffer[1] == 0x14:
            if len(self.buffer) < 3:
                return None
            return self._skipped({1: 5, 2: 5, 8: 10}.get(self.buffer[2], 3))
        self._take(1)
        return Command("nothing")

    def _one(self, name: str) -> Command | None:
        if len(self.buffer) < 3:
            return None
        return Command(name, n=self._take(3)[2])

    def _skip(self, table: dict[int, int], letter: int) -> Command | None:
        if letter not in table:
            self.unknown += 1
        return self._skipped(2 + table.get(letter, 0))

    def _skipped(self, count: int) -> Command | None:
        if len(self.buffer) < count:
            return None
        self._take(count)
        return Command("nothing")

    def _picture(self) -> Command | None:
        if len(self.buffer) < 8:
            return None
        head = self._take(8)
        self._row_bytes = head[4] | head[5] << 8
        self._rows_left = (head[6] | head[7] << 8) if self._row_bytes else 0
        return Command("nothing")

    def _cut(self) -> Command | None:
        if len(self.buffer) < 3:
            return None
        if self.buffer[2] in (0x41, 0x42):
            if len(self.buffer) < 4:
                return None
            return Command("cut", n=self._take(4)[3])
        self._take(3)
        return Command("cut")

    def _function(self) -> Command | None:
        if len(self.buffer) < 5:
            return None
        size = 5 + (self.buffer[3] | self.buffer[4] << 8)
        if len(self.buffer) < size:
            return None
        whole = self._take(size)
        names = {ord("H"): "fence", ord("D"): "switch", ord("k"): "code"}
        if whole[2] not in names:
            self.unknown += 1
            return Command("nothing")
        return Command(names[whole[2]], whole[5:])
