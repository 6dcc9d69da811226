"""A printer on a serial line (RS-232, or a USB adapter): 8 bits, no parity, RTS/CTS."""

from __future__ import annotations

import errno
import os
import termios
import time
from contextlib import suppress
from typing import Any

from printer.errors import SpeedTooLow
from printer.transports.fd import FdTransport

MIN_BAUD = 38_400
_LAST_WORDS_S = 0.1


class SerialTransport(FdTransport):
    """pyserial opens the port and sets it up; reading and writing have our own deadlines."""

    def __init__(self, device: str, baud: int = 115_200) -> None:
        if baud < MIN_BAUD:
            # A slip has 18 to 29 KB: up to 30 s at 9,600 baud, 7.5 s at 38,400.
            raise SpeedTooLow(device=device, baud=baud, least=MIN_BAUD)
        super().__init__(f"serial:{device}")
        self._device = device
        self._baud = baud
        self._port: Any = None

    def _open(self) -> int:
        import serial

        try:
            self._port = serial.Serial(
                self._device, self._baud, timeout=0, rtscts=True, exclusive=True
            )
        except (ValueError, termios.error) as error:
            raise OSError(errno.EINVAL, str(error)) from error  # a speed that the port lacks
        fd: int = self._port.fileno()
        os.set_blocking(fd, False)
        return fd

    def _close(self, fd: int) -> None:
        port, self._port = self._port, None
        with suppress(OSError, termios.error):  # the adapter may be gone
            deadline_s = time.monotonic() + _LAST_WORDS_S
            while port.out_waiting and time.monotonic() < deadline_s:
                time.sleep(0.005)
            # Left to itself, the kernel waits 30 s for data that a stopped printer does not take.
            termios.tcflush(fd, termios.TCOFLUSH)
        with suppress(OSError):
            port.close()
