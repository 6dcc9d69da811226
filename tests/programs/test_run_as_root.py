"""What a person runs as root in the folder of another user leaves nothing that is in the way."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config import Config, load
from appliance.health.checks import Finding
from appliance.health.checks.disk_write import DiskWrite
from appliance.health.examine import examine
from appliance.storage.migrate import upgrade
from printer.ledger import Ledger
from tests.support.paper import Simulator
from tests.support.ports import own_port

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[office]
name = "Văn Miếu"
[server]
port = {port}
[[services]]
code = "a"
name_vi = "a"
name_en = "a"
prefix = "A"
[[counters]]
number = 1
services = ["a"]
[[kiosks]]
name = "hall"
printer = "p1"
[[printers]]
name = "p1"
port = {printer}
"""
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder of the user nobody; not below pytest's, which nobody may enter."""
    made = Path(tempfile.mkdtemp(prefix="moiso-test-"))
    nobody = pwd.getpwnam("nobody")
    os.chown(made, nobody.pw_uid, nobody.pw_gid)
    yield made
    shutil.rmtree(made)


def moiso(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", *words, "--config", str(folder / "moiso.toml")],
        env={**os.environ, "MOISO_DATA": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def owners(folder: Path) -> dict[str, str]:
    found = [path for path in folder.rglob("*") if path.name != "moiso.toml"]
    return {str(path.relative_to(folder)): pwd.getpwuid(path.stat().st_uid)[0] for path in found}


def test_the_printer_test_leaves_a_ledger_that_the_agent_can_use(
    folder: Path, tmp_path: Path
) -> None:
    simulator = Simulator(tmp_path / "slips", "--speed", "50").await_ready()
    try:
        text = CONFIG.format(port=own_port(), printer=simulator.port)
        (folder / "moiso.toml").write_text(text, encoding="utf-8")
        done = moiso(folder, "printer", "test", "--no-ask")
    finally:
        simulator.close()
    assert done.returncode == 0, done.stderr
    left = owners(folder)
    assert {"ledger-p1.sqlite", "ledger-p1.sqlite.lock", "printer-tests"} <= set(left)
    assert set(left.values()) == {"nobody"}


def test_the_doctor_leaves_nothing(folder: Path) -> None:
    text = CONFIG.format(port=own_port(), printer=own_port())
    (folder / "moiso.toml").write_text(text, encoding="utf-8")
    done = moiso(folder, "doctor", "--lang", "en", "--data", str(folder))
    assert "server" in done.stdout, done.stderr
    assert owners(folder) == {}


def test_what_root_left_before_does_not_blind_the_check_of_the_disk(folder: Path) -> None:
    (folder / ".canary").write_bytes(b"x")
    (folder / ".canary").chmod(0o600)
    os.seteuid(folder.stat().st_uid)
    try:
        found = DiskWrite(folder).look()
    finally:
        os.seteuid(0)
    assert found == Finding("ok")
    assert owners(folder) == {".canary": "nobody"}


def test_a_ledger_of_root_is_given_to_the_owner_by_the_next_test(
    folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "roots-own"
    elsewhere.write_text("not to be given away")
    with Ledger(folder / "ledger-p1.sqlite"):
        pass
    (folder / "printer-tests").mkdir()
    (folder / "printer-tests" / "old.json").symlink_to(elsewhere)
    text = CONFIG.format(port=own_port(), printer=own_port())
    (folder / "moiso.toml").write_text(text, encoding="utf-8")
    assert moiso(folder, "printer", "test", "--no-ask").returncode == 1, "nobody answers there"
    left = owners(folder)
    assert (left["ledger-p1.sqlite"], left["ledger-p1.sqlite.lock"]) == ("nobody", "nobody")
    assert elsewhere.stat().st_uid == 0


def test_the_doctor_of_a_user_who_may_not_look_calls_no_database_damaged(folder: Path) -> None:
    """With the configuration in /etc, and the folder for its owner alone."""
    text = CONFIG.format(port=own_port(), printer=own_port())
    (folder / "moiso.toml").write_text(text, encoding="utf-8")
    settings = load(folder / "moiso.toml", {})
    upgrade(folder / "office.sqlite")
    # Also loads what nobody may not: the interpreter may lie in root's home.
    assert "storage_failed" in _server_causes(settings, folder / "nowhere")
    os.chown(folder, 0, 0)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        found = examine(settings, folder, "", SystemClock())
    finally:
        os.seteuid(0)
    server = next(line for line in found.lines if line.kind == "server")
    assert server.causes == ("server_down",)
    assert {line.kind for line in found.lines} >= {"agent", "printer", "disk"}


def _server_causes(settings: Config, folder: Path) -> tuple[str, ...]:
    """Return what is told where there is no database at all."""
    found = examine(settings, folder, "", SystemClock())
    return next(line.causes for line in found.lines if line.kind == "server")
