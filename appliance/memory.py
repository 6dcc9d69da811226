"""Memory that was needed for a moment goes back to the system."""

from __future__ import annotations

import ctypes
import gc

# From glibc's malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
LARGE_BYTES = 256 * 1024
# Threads of Python rarely allocate at the same moment: one works at a time.
ARENAS = 2


def hold_little() -> bool:
    """Let malloc share few arenas and return large blocks at once; False where it cannot.

    A sign-in hashes its password in 19 MiB. glibc raises its threshold for such blocks after the
    first one and then keeps them: each thread that ever signed somebody in held 19 MiB for good.
    It also gives each thread an arena of its own, up to eight for a core, each with its own rest.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    told = [(M_MMAP_THRESHOLD, LARGE_BYTES), (M_TRIM_THRESHOLD, LARGE_BYTES), (M_ARENA_MAX, ARENAS)]
    return all(mallopt(name, value) for name, value in told)


def settle() -> None:
    """Give back what the start needed; what is left stays for as long as the program runs.

    The garbage collector need not look through it again, which on a Pi takes a tenth of a second
    each time.
    """
    gc.collect()
    gc.freeze()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):  # no glibc: what is free stays with this process
        return
