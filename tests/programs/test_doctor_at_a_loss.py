"""The doctor where there is nothing to be asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.programs import ROOT


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "Tệp cấu hình chưa hợp lệ."), (("--lang", "en"), "The configuration is not valid.")],
)
def test_a_doctor_who_cannot_look_says_why_in_the_readers_language(tmp_path, words, said):
    found = subprocess.run(
        [sys.executable, "-m", "appliance", "doctor", *words],
        env={**os.environ, "MOISO_DATA": str(tmp_path / "nowhere")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 3
    assert found.stdout.startswith(f"MOISO UNKNOWN - {said}")
    assert str(tmp_path / "nowhere" / "moiso.toml") in found.stdout
