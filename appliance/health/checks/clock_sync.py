"""Does anything keep the machine's clock right?"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

from appliance.health.checks.base import Finding

# From linux/timex.h: the kernel says that nobody disciplines the clock.
STA_UNSYNC = 0x0040
TIME_ERROR = 5


class _Timex(ctypes.Structure):
    """struct timex as far as `status`; the rest is room for the kernel to write into."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def adjtimex() -> tuple[int, int]:
    """Return the kernel's word on the clock: (state, status bits); raises OSError."""
    buffer = _Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    state = int(libc.adjtimex(ctypes.byref(buffer)))
    if state < 0:
        raise OSError(ctypes.get_errno(), "adjtimex")
    return state, int(buffer.status)


class ClockSync:
    """Asks the kernel (adjtimex) whether the clock is synchronised; fires when it is not.

    Under systemd's ProtectClock the kernel may not be asked; then the file counts that
    systemd-timesyncd leaves at its first success after a boot. An office without Internet may
    have no time server at all: tickets go on, so it is degraded, never failed.
    """

    name = "clock_sync"
    subject = "clock"

    def __init__(
        self, root: Path = Path("/"), ask: Callable[[], tuple[int, int]] = adjtimex
    ) -> None:
        self._folder = root / "run/systemd/timesync"
        self._ask = ask

    def look(self) -> Finding:
        """Return whether the clock is synchronised."""
        synchronised = self._kernel_says()
        if synchronised is None and self._folder.is_dir():
            synchronised = (self._folder / "synchronized").exists()
        if synchronised is None:
            return Finding("unknown", ("no_sensor",))
        numbers = {"clock_synchronised": float(synchronised)}
        if synchronised:
            return Finding("ok", (), numbers)
        return Finding("degraded", ("clock_unsynchronised",), numbers)

    def _kernel_says(self) -> bool | None:
        try:
            state, status = self._ask()
        except (OSError, AttributeError):
            return None
        return state != TIME_ERROR and not status & STA_UNSYNC
