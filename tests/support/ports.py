"""Ports for programs that start later, which nobody else takes until then.

A port that the kernel names as free is given to the next one who asks, too: to another test, or as
the near end of some connection. So each test process has a block of its own below the kernel's.
"""

from __future__ import annotations

import itertools
import os
from zlib import crc32

from appliance.addresses import is_free

# Above what browsers refuse (10080), below what the kernel gives (32768 on every Linux).
_FIRST, _EACH, _BLOCKS = 11_000, 700, 31


def block_of(run: str, worker: int) -> range:
    """Return the ports of one of the test processes of a run."""
    at = (crc32(run.encode()) + worker) % _BLOCKS
    return range(_FIRST + at * _EACH, _FIRST + (at + 1) * _EACH)


def _own_block() -> range:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    return block_of(run, int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))


_ports = itertools.cycle(_own_block())


def own_port() -> int:
    """Return a TCP port that is free now and that no other test process will be given."""
    return next(port for port in itertools.islice(_ports, _EACH) if is_free(port))
