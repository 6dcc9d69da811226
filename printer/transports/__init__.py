"""Ways to reach a printer: one file each, all with the same four verbs and the same errors."""

from __future__ import annotations

from typing import Protocol


class Transport(Protocol):
    """A two-way stream to a printer in which every call has a deadline.

    After any `TransportError` the connection is closed; `open` starts a new one.
    """

    @property
    def name(self) -> str:
        """Name the printer for people and logs, e.g. `tcp:192.168.1.50:9100`."""
        ...

    @property
    def is_open(self) -> bool:
        """True while a connection exists."""
        ...

    def open(self, timeout_s: float) -> None:
        """Connect, or raise `ConnectFailed`; does nothing while open."""
        ...

    def write(self, data: bytes, timeout_s: float) -> int:
        """Hand over as much as fits within the time and say how much; 0 means not one byte.

        Raises `WriteFailed` when the connection broke; its `written` is 0 only if certainly not
        one byte of this call was handed over.
        """
        ...

    def read(self, timeout_s: float) -> bytes:
        """Give what has arrived, waiting at most this long; b"" if nothing did.

        Raises `ConnectionLost` when the other end is gone.
        """
        ...

    def close(self) -> None:
        """Drop the connection; never raises."""
        ...
