"""`moiso verify` on a copy that was taken while the server worked, whole and then tampered with."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from appliance.verify import print_report
from tests.http.kit import take, taken
from tests.support.people import clerk
from tests.support.programs import ROOT

OTHER_STATE = (
    "UPDATE tickets SET state = iif(state = 'cancelled', 'expired', 'cancelled') WHERE id = 1"
)
SOUND = "Sound: nothing is missing, nothing doubled.\n"


def verify(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "appliance", "verify", str(path), "--lang", "en"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def copy(rig, tmp_path_factory) -> Path:
    """Return a copy made by SQLite's online backup while tickets were taken and called."""
    path = tmp_path_factory.mktemp("copy") / "office.sqlite"
    kiosk = rig.screen_token("kiosk", "kiosk-2")
    lan = clerk(rig.port)
    for _ in range(3):
        taken(rig, kiosk)
    assert lan.verb(1, "call-next").status == 200
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(take, rig, kiosk) for _ in range(40)]
        jobs += [pool.submit(lan.verb, 1, "call-next") for _ in range(5)]
        with (
            closing(sqlite3.connect(rig.data / "office.sqlite")) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target, pages=1)
        assert {job.result(20).status for job in jobs} <= {200, 201}
    return path


def test_a_copy_taken_while_the_server_works_is_sound(copy):
    ended = verify(copy)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(SOUND)
    counts = dict(line.rsplit(maxsplit=1) for line in ended.stdout.splitlines()[:-1])
    assert int(counts["events"]) > 0
    assert int(counts["tickets"]) >= 3


def test_the_database_of_the_running_server_is_sound_and_stays_as_it_is(rig, copy):
    before = (rig.data / "office.sqlite").read_bytes()
    ended = verify(rig.data / "office.sqlite")
    assert ended.returncode == 0, ended
    after = (rig.data / "office.sqlite").read_bytes()
    assert len(after) >= len(before)
    taken(rig, rig.screen_token("kiosk", "kiosk-2"))


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("DELETE FROM events WHERE seq = 5", "events: seq 5 to 5 is missing"),
        ("UPDATE events SET actor = 'nobody' WHERE seq = 5", "hash chain breaks at seq 5"),
        ("UPDATE events SET at = '2026-01-01T00:00:00.000000Z' WHERE seq = 5", "at seq 5"),
        ("UPDATE events SET payload = replace(payload, 'false', 'true')", "chain breaks at seq "),
        ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "log_head: says seq "),
        ("UPDATE log_head SET seq = seq + 1", "log_head: says seq "),
        ("UPDATE log_head SET lineage = 'another'", "hash chain breaks at seq 1"),
        (OTHER_STATE, "tickets: 1 ("),
        ("UPDATE tickets SET number = 900 WHERE id = 1", "numbers are missing between"),
        ("UPDATE series_heads SET number = number + 1", "the head of the series is not "),
        ("UPDATE tickets SET id = 9999 WHERE id = 1", "tickets: 9999 ("),
    ],
)
def test_what_was_tampered_with_is_named(copy, tmp_path, capsys, tampering, told):
    assert print_report(tampered(copy, tmp_path, tampering), "en") == 1
    said = capsys.readouterr()
    problems = said.err.splitlines()
    assert all(line.startswith("PROBLEM ") for line in problems), said.err
    assert any(told in line for line in problems), said.err
    assert said.out.endswith(f"{len(problems)} problems, in the lines PROBLEM.\n")


def test_the_command_names_the_offending_rows_and_ends_with_1(copy, tmp_path):
    path = tampered(copy, tmp_path, OTHER_STATE)
    ended = verify(path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("PROBLEM tickets: 1 (")
    assert ended.stdout.endswith("1 problems, in the lines PROBLEM.\n")


def tampered(copy: Path, folder: Path, sql: str) -> Path:
    path = folder / "office.sqlite"
    shutil.copyfile(copy, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.executescript(sql)
        assert connection.total_changes > 0
        connection.commit()
    return path


@pytest.mark.parametrize(
    "content", [None, b"", b"words", b"SQLite format 3\0" + b"\xff" * 5000, "other"]
)
def test_what_is_no_database_of_an_office_is_unreadable(tmp_path, capsys, content):
    path = tmp_path / "office.sqlite"
    if content == "other":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE t (x)")
    elif content is not None:
        path.write_bytes(content)
    for lang, starts in (
        ("vi", ("Chưa có cơ sở dữ liệu", "Tệp này không phải cơ sở dữ liệu")),
        ("en", ("There is no database", "This file is not a database")),
    ):
        assert print_report(path, lang) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith(f"moiso verify: {starts[content is not None]}")
        assert said.err.count("\n") == 1


def test_the_command_ends_with_2_where_there_is_no_database(tmp_path):
    ended = verify(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"moiso verify: There is no database {tmp_path}/office.sqlite")


def test_the_data_folder_stands_for_the_database_in_it(rig, copy):
    ended = verify(rig.data)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(SOUND)


def test_in_vietnamese_unless_another_language_is_asked_for(copy, tmp_path, capsys):
    assert print_report(copy, "vi") == 0
    assert capsys.readouterr().out.endswith("Số liệu toàn vẹn: không thiếu, không trùng.\n")
    assert print_report(tampered(copy, tmp_path, OTHER_STATE), "vi") == 1
    assert capsys.readouterr().out.endswith(
        "Có 1 chỗ sai, liệt kê ở các dòng PROBLEM (bằng tiếng Anh).\n"
    )
