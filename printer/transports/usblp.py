"""A USB printer behind the kernel's class driver: /dev/usb/lp0 and its like."""

from __future__ import annotations

import os

from printer.transports.fd import FdTransport


class UsblpTransport(FdTransport):
    """The device node, opened for both ways so that the printer can answer."""

    def __init__(self, device: str = "/dev/usb/lp0") -> None:
        super().__init__(f"usblp:{device}")
        self._device = device

    def _open(self) -> int:
        # Without O_NONBLOCK the driver waits in write() for as long as the paper is out.
        return os.open(self._device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
