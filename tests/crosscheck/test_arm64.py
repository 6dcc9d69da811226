"""Slips as a Raspberry Pi draws them: the same dots and bytes as on any other machine.

Debian's arm64 Python and the locked arm64 wheels run here by qemu's user mode; `tools/arm64.sh`
fetches them into `build/arm64` and touches no package of this machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WANTED = bool(os.environ.get("MOISO_CROSSCHECK"))
pytestmark = pytest.mark.skipif(not WANTED, reason="fetches foreign software: make crosscheck")


def on_arm64(*words: str) -> str:
    ran = subprocess.run(
        [ROOT / "tools" / "arm64.sh", *words], cwd=ROOT, capture_output=True, text=True, timeout=500
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout


@pytest.mark.timeout(600)
def test_a_raspberry_pi_draws_and_sends_every_golden_slip_byte_for_byte_the_same():
    if shutil.which("apt-get") is None:
        pytest.skip("the arm64 Python comes from Debian, by apt-get; there is none")
    assert on_arm64("-c", "import platform; print(platform.machine())").strip() == "aarch64"
    kept = json.loads((ROOT / "tests/printer/golden/digests.json").read_text(encoding="utf-8"))
    assert len(kept) >= 30
    assert json.loads(on_arm64("-m", "tests.support.golden")) == kept
