"""The doctor where there is nothing to be asked, or nothing is answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.http.kit import office
from tests.support.ports import own_port
from tests.support.programs import ROOT, Rig

START = "sudo systemctl restart moiso-server"
Ask = Callable[..., subprocess.CompletedProcess[str]]


def asked(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", "doctor", *words],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def doctor(tmp_path) -> Ask:
    """Ask the doctor of an office that is not there."""
    env = {**os.environ, "MOISO_DATA": str(tmp_path / "nowhere")}
    return lambda *words: asked(env, *words)


@pytest.fixture(scope="module")
def rig(tmp_path_factory) -> Iterator[Rig]:
    """A server at the machine's own time, as the doctor's is."""
    with office(tmp_path_factory.mktemp("doctor"), demo=False) as server:
        yield server


@pytest.fixture
def beside(rig, tmp_path) -> Path:
    """A data folder with the server's configuration, and nothing else of it."""
    shutil.copyfile(rig.data / "moiso.toml", tmp_path / "moiso.toml")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "CHƯA RÕ - Tệp cấu hình chưa hợp lệ."),
        (("--lang", "en"), "UNKNOWN - The configuration is not valid."),
    ],
)
def test_a_doctor_who_cannot_look_says_why_in_the_readers_language(doctor, tmp_path, words, said):
    found = doctor(*words)
    assert found.returncode == 3
    assert found.stdout.startswith(f"MOISO {said}")
    assert str(tmp_path / "nowhere" / "moiso.toml") in found.stdout


def test_programs_are_told_it_as_json(doctor):
    found = doctor("--json")
    told = json.loads(found.stdout)
    assert (found.returncode, told["exit"], told["code"]) == (3, 3, "config_invalid")
    assert "moiso.toml" in told["message"]


@pytest.mark.parametrize(
    ("words", "said"), [(("--lang", "xx"), "vi / en"), (("--jsn",), "--jsn"), (("all",), "all")]
)
def test_a_mistyped_command_is_unknown_to_a_monitor_and_not_critical(doctor, words, said):
    found = doctor(*words)
    assert found.returncode == 3, found
    assert said in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("right", ["none", "of an agent"])
def test_a_server_that_does_not_let_it_ask_is_not_called_broken(rig, beside, right):
    token = "wrong" if right == "none" else _agent(rig)
    (beside / "monitor.token").write_text(token, encoding="ascii")
    env = {**rig.env, "MOISO_DATA": str(beside)}
    told = json.loads(asked(env, "--json").stdout)
    server = next(line for line in told["lines"] if line["kind"] == "server")
    assert (server["state"], server["causes"]) == ("unknown", ["not_allowed_to_ask"])
    assert server["since"] is None
    found = asked(env)
    assert found.returncode == told["exit"] == 3, found
    assert found.stdout.startswith("MOISO CHƯA RÕ - ")
    assert "Máy chủ đang chạy nhưng không cho lệnh này xem tình trạng" in found.stdout
    assert "Chạy lại bằng sudo" in found.stdout
    assert "Khởi động lại máy chủ" not in found.stdout
    assert START not in found.stdout


def _agent(rig: Rig) -> str:
    """Return the token of this machine's agent: known to the server, and of no monitor."""
    prepare = [sys.executable, "-m", "appliance.bootstrap.prepare"]
    subprocess.run(prepare, env=rig.env, cwd=ROOT, check=True, capture_output=True)
    return (rig.data / "agent.token").read_text(encoding="ascii").strip()


@pytest.mark.parametrize("token", [b"\xff\xfe", b"abc\ndef", b"a b", "mã".encode(), b""])
def test_a_damaged_token_counts_as_none(rig, beside, token):
    (beside / "monitor.token").write_bytes(token)
    found = asked({**rig.env, "MOISO_DATA": str(beside)}, "--json")
    assert found.stderr == ""
    assert json.loads(found.stdout)["today"] is not None, "the server let this machine ask"


def test_a_server_that_hangs_is_one_thing_to_do(rig):
    rig.server.freeze()
    try:
        found = asked(rig.env)
        told = json.loads(asked(rig.env, "--json").stdout)
    finally:
        rig.server.thaw()
    assert found.returncode == told["exit"] == 2
    silent = "Máy chủ chạy nhưng không trả lời"
    assert "Chương trình máy chủ không chạy" not in found.stdout
    lines = found.stdout.splitlines()
    assert silent in lines[1]
    assert lines[2].strip() == f"Chạy lệnh: {START}; journalctl -u moiso-server -n 50"
    assert found.stdout.count(START) == 1
    assert found.stdout.count("khởi động lại máy chủ") == 1
    (printer,) = [line for line in lines if "printer-1" in line]
    assert printer.startswith("Chưa rõ")
    assert printer.endswith(f"printer-1: {silent}")
    for line in told["lines"]:
        if line["kind"] == "server":
            assert line["attention"]
        elif not line["part"].startswith("host:"):
            found = (line["state"], line["causes"], line["attention"])
            assert found == ("unknown", ["server_silent"], False), line
    wanting = [line["part"] for line in told["lines"] if line["attention"]]
    assert told["summary"]["attention"] == len(wanting)
    assert [part for part in wanting if not part.startswith("host:")] == ["server"]


def test_the_command_stands_last_and_alone_also_where_the_database_cannot_be_read(rig, beside):
    """Neither server nor database: two causes of one line, and one command below them."""
    (beside / "office.sqlite").write_bytes(b"no database" * 1000)
    env = {**rig.env, "MOISO_DATA": str(beside), "MOISO_PORT": str(own_port())}
    lines = asked(env, "--lang", "en").stdout.splitlines()
    assert "The server program is not running → " in lines[1]
    assert " The database cannot be read → " in lines[1]
    assert "systemctl" not in lines[1]
    assert lines[2].strip() == f"Run: {START}; journalctl -u moiso-server -n 50"


def test_an_error_that_nobody_foresaw_is_no_warning_to_a_monitor(tmp_path):
    broken = "import sys, appliance.doctor, appliance.cli; appliance.doctor.run_doctor = None; "
    found = subprocess.run(
        [sys.executable, "-c", f"{broken}sys.argv = ['moiso', 'doctor']; appliance.cli.main()"],
        env={**os.environ, "MOISO_DATA": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 3
    assert found.stdout.startswith("MOISO UNKNOWN - TypeError(")
    assert "Traceback" in found.stderr
