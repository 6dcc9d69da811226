"""A sign-in leaves no memory behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.programs import ROOT

# Each in a thread of its own, as requests are: every arena would keep its block.
SCRIPT = """
import threading
from appliance.memory import hold_little
from argon2 import PasswordHasher

def held_kb():
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("Rss:")).split()[1])

assert hold_little()
hasher = PasswordHasher(time_cost=1, memory_cost=19456, parallelism=1)
hasher.hash("warm up")
before = held_kb()
waiting = threading.Barrier(5)

def sign_in():
    for _ in range(3):
        hasher.hash("mot-mat-khau-dai")
    waiting.wait()
    waiting.wait()

threads = [threading.Thread(target=sign_in) for _ in range(4)]
[thread.start() for thread in threads]
waiting.wait()
print(held_kb() - before)
waiting.wait()
[thread.join() for thread in threads]
"""


@pytest.mark.skipif("musl" in sys.version, reason="glibc's malloc is meant")
def test_the_memory_of_a_sign_in_goes_back():
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(told.stdout) < 8_000, f"{told.stdout} kB are held"
