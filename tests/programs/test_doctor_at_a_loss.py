"""The doctor where there is nothing to be asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support.programs import ROOT


@pytest.fixture
def doctor(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Ask the doctor of an office that is not there."""

    def ask(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "appliance", "doctor", *words],
            env={**os.environ, "MOISO_DATA": str(tmp_path / "nowhere")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return ask


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "Tệp cấu hình chưa hợp lệ."), (("--lang", "en"), "The configuration is not valid.")],
)
def test_a_doctor_who_cannot_look_says_why_in_the_readers_language(doctor, tmp_path, words, said):
    found = doctor(*words)
    assert found.returncode == 3
    assert found.stdout.startswith(f"MOISO UNKNOWN - {said}")
    assert str(tmp_path / "nowhere" / "moiso.toml") in found.stdout


def test_programs_are_told_it_as_json(doctor):
    found = doctor("--json")
    told = json.loads(found.stdout)
    assert (found.returncode, told["exit"], told["code"]) == (3, 3, "config_invalid")
    assert "moiso.toml" in told["message"]
