"""GS ( k: QR codes that the printer draws itself (model 2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class QrMaker:
    """Keeps the text and settings that GS ( k sends piece by piece."""

    module_dots: int = 3
    level: str = "l"
    text: bytes = b""

    def take(self, data: bytes) -> list[bytes]:
        """Take one function; give the rows of the code when it is the one that prints."""
        if len(data) < 2 or data[0] != 49:
            return []
        function = data[1]
        if function == 67 and len(data) > 2:
            self.module_dots = max(1, data[2])
        elif function == 69 and len(data) > 2:
            self.level = "lmqh"[(data[2] - 48) % 4]
        elif function == 80:
            self.text = data[3:]
        elif function == 81 and self.text:
            return self._rows()
        return []

    def _rows(self) -> list[bytes]:
        import segno

        code = segno.make_qr(self.text, error=self.level, boost_error=False)
        rows = []
        for line in code.matrix:
            bits = "".join(str(int(bool(module))) * self.module_dots for module in line)
            bits += "0" * (-len(bits) % 8)
            rows += [int(bits, 2).to_bytes(len(bits) // 8, "big")] * self.module_dots
        return rows
