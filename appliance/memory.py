"""Memory that was needed for a moment goes back to the system."""

from __future__ import annotations

import ctypes

# From glibc's malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
LARGE_BYTES = 256 * 1024


def give_back_large_blocks() -> bool:
    """Let malloc return blocks of 256 KiB and more at once; False where the C library cannot.

    A sign-in hashes its password in 19 MiB. glibc raises its threshold for such blocks after the
    first one and then keeps them: each thread that ever signed somebody in held 19 MiB for good.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    large = bool(mallopt(M_MMAP_THRESHOLD, LARGE_BYTES))
    return bool(mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)) and large
