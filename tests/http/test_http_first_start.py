"""The first start of an office: no account, no default password, a one-time code."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from display.setup_code import SetupCode
from tests.http.kit import office, rows, sentence, unchanged
from tests.support.people import ADMINISTRATOR, CLERK, Person
from tests.support.ports import own_port
from tests.support.programs import DEMO_CLOCK, ROOT, Rig

PASSWORD = "mot-mat-khau-dai"


@pytest.fixture
def rig(tmp_path):
    with office(tmp_path, demo=False) as server:
        yield server


def code_of(rig: Rig) -> str:
    found = re.findall(r"one-time code: (\d{8})$", rig.server.output, re.MULTILINE)
    assert len(found) == 1, rig.server.output
    return str(found[0])


def form(code: str, **more: str) -> dict[str, str]:
    filled = {"username": "lan", "password": PASSWORD, "password_again": PASSWORD}
    return {"code": code, **filled, **more}


def stranger_at_setup(rig: Rig) -> Person:
    person = Person(rig.port)
    found = re.search(r'name="csrf_token" value="([^"]+)"', person.get("/setup").body)
    assert found
    person.csrf = found[1]
    return person


def test_the_first_administrator_is_made_with_the_code_and_only_once(rig):
    assert rows(rig, "SELECT count(*) FROM staff") == [(0,)]
    code = code_of(rig)
    path = rig.data / "setup.code"
    assert path.read_text() == code
    assert path.stat().st_mode & 0o777 == 0o600
    assert rig.get("/login").headers["Location"] == "/setup"
    person = stranger_at_setup(rig)
    other = stranger_at_setup(rig)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    with unchanged(rig):
        for sent in (wrong, "", "0", code[:-1], code + "0", "mã sai"):
            answer = person.form("/setup", **form(sent))
            assert answer.status == 403, sent
            assert sentence("setup_code_wrong", {}) in answer.body
        for status, key, more in (
            (403, "passwords_differ", {"password_again": "mot-mat-khau-khac"}),
            (422, "password_short", {"password": "ngan", "password_again": "ngan"}),
            (422, "bad_username", {"username": "Nguyễn"}),
        ):
            answer = person.form("/setup", **form(code, **more))
            assert answer.status == status
            assert sentence(key, {}) in answer.body
    assert path.exists()
    answer = person.form("/setup", **form(f" {code[:4]} {code[4:]} "))
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert not path.exists()
    assert rows(rig, "SELECT username, role FROM staff") == [("lan", "administrator")]
    with unchanged(rig):
        answer = other.form("/setup", **form(code, username="ke-la"))
        assert answer.status == 409
        assert sentence("setup_done", {}) in answer.body
        assert rig.get("/setup").status == 409
    assert Person(rig.port).sign_in("lan", PASSWORD).status == 303


def test_the_code_makes_one_administrator_even_if_used_eight_times_at_once(rig):
    code = code_of(rig)
    people = [stranger_at_setup(rig) for _ in range(8)]
    jobs = [(person, form(code, username=f"quan-tri-{n}")) for n, person in enumerate(people)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda job: job[0].form("/setup", **job[1]).status, jobs))
    assert statuses.count(303) == 1, statuses
    assert len(rows(rig, "SELECT id FROM staff")) == 1


def test_nothing_of_the_demo_is_in_an_office(rig):
    for account in (CLERK, ADMINISTRATOR):
        answer = rig.post("/login", {"username": account.username, "password": account.password})
        assert answer.status == 403
    for path in ("/lab", "/lab/api/state", "/lab/api/slips/printer-1/1.png", "/lab/static/lab.js"):
        assert rig.get(path).status == 404, path
    lab = {"X-Moiso-Lab": "1"}
    with unchanged(rig):
        for path in ("/lab/api/press", "/lab/api/fault", "/lab/api/mend", "/lab/api/sign-in"):
            assert rig.post(path, {"pin": 2, "level": "low"}, headers=lab).status == 404
        answer = rig.post("/pair/demo", {"kind": "kiosk", "name": "kiosk-1"}, headers=lab)
        assert (answer.status, answer.code) == (403, "demo_only")
    assert "/lab" not in rig.get("/").body


def test_a_restart_before_the_first_account_keeps_the_code(rig):
    code = code_of(rig)
    rig.server.stop()
    rig.server.start()
    rig.wait_ready()
    assert re.findall(r"one-time code: (\d+)", rig.server.output) == [code, code]


@pytest.mark.parametrize("left", ["", "1234", "\0" * 8, "12345678\n9"])
def test_a_code_that_a_power_cut_left_behind_opens_nothing(tmp_path, left):
    path = tmp_path / "setup.code"
    path.write_text(left)
    code = SetupCode(path)
    assert not any(code.matches(sent) for sent in ("", " ", "-", left, left.strip("\0")))
    fresh = code.offer()
    assert re.fullmatch(r"\d{8}", fresh)
    assert path.stat().st_mode & 0o777 == 0o600
    assert code.matches(fresh)
    assert code.offer() == fresh
    code.used()
    assert not code.matches(fresh)


@pytest.mark.parametrize("program", ["server", "agent", "run"])
@pytest.mark.parametrize("clock", [DEMO_CLOCK, "nonsense"])
def test_the_clock_of_the_demo_is_refused_outside_it(tmp_path, program, clock):
    rig = Rig(tmp_path)
    rig.data.mkdir()
    (rig.data / "moiso.toml").write_bytes((ROOT / "appliance/config/sample.toml").read_bytes())
    ended = subprocess.run(
        [sys.executable, "-m", "appliance", program],
        env={**rig.env, "MOISO_DEMO_CLOCK": clock, "MOISO_PORT": str(own_port())},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2, ended
    assert ended.stdout == ""
    assert ended.stderr.splitlines() == [
        "moiso: MOISO_DEMO_CLOCK: chỉ dùng được trong bản chạy thử; hãy bỏ biến này",
        "moiso: MOISO_DEMO_CLOCK: is refused outside the demo; unset it",
    ]
    assert [path.name for path in rig.data.iterdir()] == ["moiso.toml"]


def test_a_clock_that_makes_no_sense_ends_the_demos_server_with_a_line_in_each_language(tmp_path):
    rig = Rig(tmp_path)
    rig.prepare()
    ended = subprocess.run(
        [sys.executable, "-m", "appliance", "server", "--demo"],
        env={**rig.env, "MOISO_DEMO_CLOCK": "2026-11-23T08:05:00,1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    vi, en = ended.stderr.splitlines()
    assert "múi-giờ" in vi
    assert "zone" in en
