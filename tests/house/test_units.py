"""systemd understands the units without a word, and rates them as closed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = ("moiso-server.service", "moiso-agent.service")
HOST_UNITS = Path("/usr/lib/systemd/system")
MOST_EXPOSURE = 2.0

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not installed: units unchecked",
)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def rootfs(root: Path, tmp_path: Path) -> Path:
    """A tree with our units, systemd's own targets and an executable where ExecStart looks."""
    if not (HOST_UNITS / "sysinit.target").exists():
        pytest.skip(f"no targets in {HOST_UNITS}: units unverified")
    ours = tmp_path / "etc/systemd/system"
    ours.mkdir(parents=True)
    for unit in UNITS:
        shutil.copy(root / "systemd" / unit, ours)
        for program in re.findall(r"^ExecStart=(\S+)", (ours / unit).read_text(), re.MULTILINE):
            executable = tmp_path / program.lstrip("/")
            executable.parent.mkdir(parents=True, exist_ok=True)
            executable.touch(mode=0o755)
    theirs = tmp_path / "usr/lib/systemd/system"
    theirs.mkdir(parents=True)
    # With a slice and the sockets that a service of its kind pulls in.
    for pattern in ("*.target", "*.slice", "*.mount", "systemd-journald*", "systemd-tmpfiles*"):
        for unit_file in HOST_UNITS.glob(pattern):
            if unit_file.is_file():
                shutil.copy(unit_file, theirs)
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_verifies_the_unit_in_silence(rootfs: Path, unit: str) -> None:
    # The exit code is 0 for unknown keys: only silence proves anything.
    found = analyze("verify", "--man=no", f"--root={rootfs}", unit)
    assert (found.stderr, found.returncode) == ("", 0)


def test_a_misspelt_key_would_be_heard(rootfs: Path) -> None:
    unit = rootfs / "etc/systemd/system" / UNITS[0]
    unit.write_text(unit.read_text().replace("RestartSec=", "RestartSecs="))
    assert "RestartSecs" in analyze("verify", "--man=no", f"--root={rootfs}", UNITS[0]).stderr


@pytest.mark.parametrize("unit", UNITS)
def test_unit_is_closed_enough(root: Path, unit: str) -> None:
    found = analyze("security", "--offline=true", "--no-pager", str(root / "systemd" / unit))
    rating = re.search(r"exposure level for \S+: ([\d.]+)", found.stdout)
    assert rating, found.stderr
    assert float(rating[1]) <= MOST_EXPOSURE
