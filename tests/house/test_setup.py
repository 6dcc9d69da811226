"""What cannot be set up is said in one line that tells what to do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

COMMANDS = ("cat", "cut", "dirname", "grep", "id", "rm", "sh", "sha256sum")


@pytest.fixture
def bare(root: Path, tmp_path: Path) -> Path:
    """A copy of the set-up whose ``bin`` holds all commands there are: no Python, no apt."""
    shutil.copytree(root / "tools", tmp_path / "tools")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        shutil.copy(root / lock, tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in COMMANDS:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    return tmp_path


def add(bare: Path, name: str, script: str) -> None:
    program = bare / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def run(bare: Path, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(bare / "tools" / script)],
        env={"PATH": str(bare / "bin"), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def only_line(found: subprocess.CompletedProcess[str]) -> str:
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1
    return found.stderr


def test_no_python_is_one_line(bare: Path) -> None:
    assert "found no Python; on Debian" in only_line(run(bare, "setup.sh"))


def test_an_old_python_is_one_line(bare: Path) -> None:
    add(bare, "python3", 'case $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    assert "needs Python 3.11 to 3.14, found Python 3.9.2" in only_line(run(bare, "setup.sh"))


def test_a_missing_venv_is_one_line(bare: Path) -> None:
    add(bare, "python3", "case $2 in *ensurepip*) exit 1 ;; *print*) echo python3.12-venv ;; esac")
    assert "run: sudo apt install python3.12-venv" in only_line(run(bare, "setup.sh"))


def test_a_missing_browser_is_one_line(bare: Path) -> None:
    assert "run: sudo apt install chromium" in only_line(run(bare, "chromium.sh"))


def test_a_wrong_browser_is_one_line(bare: Path) -> None:
    told = only_line(run(bare, "chromium.sh", MOISO_CHROMIUM="/nowhere/chrome"))
    assert "MOISO_CHROMIUM=/nowhere/chrome is no program" in told


def test_the_browser_of_the_environment_wins(bare: Path) -> None:
    add(bare, "chromium", "true")
    add(bare, "other", "true")
    found = run(bare, "chromium.sh", MOISO_CHROMIUM="other")
    assert found.stdout.strip() == str(bare / "bin" / "other")
