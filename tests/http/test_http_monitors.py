"""What monitors read: status, metrics, doctor; and who may."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from appliance.protocol.status import Status
from tests.http.kit import assert_refused, office, request_id, staff, taken
from tests.support.people import administrator, clerk
from tests.support.ports import own_port
from tests.support.programs import ROOT, call
from tests.support.wait import wait_for

STATUS = "/api/v1/status"
SCREENS = ("kiosk", "board", "panel")
# As a proxy on the same machine would pass on what came from elsewhere.
ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("monitors")) as server:
        yield server


@pytest.fixture(scope="module")
def token(rig):
    return (rig.data / "monitor.token").read_text().strip()


def doctor(rig, *arguments, **env):
    return subprocess.run(
        [sys.executable, "-m", "appliance", "doctor", *arguments],
        env={**rig.env, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def families(rig, **more):
    answer = rig.get("/metrics", **more)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {family.name: family for family in text_string_to_metric_families(answer.body)}
    told = [(one.name, *sorted(one.labels.items())) for f in found.values() for one in f.samples]
    assert len(told) == len(set(told)), "a sample is told twice, which no monitor takes"
    return found


def values(family, label):
    return {sample.labels[label]: sample.value for sample in family.samples}


def test_the_token_is_private(rig):
    assert (rig.data / "monitor.token").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("path", [STATUS, "/metrics"])
def test_this_machine_may_ask_and_others_need_the_token(rig, token, path):
    assert rig.get(path).status == 200
    assert_refused(rig.get(path, headers=ELSEWHERE), 401, "not_signed_in")
    assert_refused(rig.get(path, token="wrong", headers=ELSEWHERE), 401, "wrong_token")
    assert rig.get(path, token=token, headers=ELSEWHERE).status == 200


def test_a_screen_may_not_see_the_status(rig):
    board = rig.screen_token("board", "main")
    assert_refused(rig.get(STATUS, token=board), 403, "not_allowed")


@pytest.mark.parametrize("role", ["clerk", "supervisor", "technician", "administrator"])
def test_staff_of_every_role_see_the_page(rig, role):
    person = staff(rig, f"xem-{role}", role)
    page = person.get("/status")
    assert page.status == 200
    assert "live_token" in page.body
    assert person.get("/").body.count('href="/status"') >= 1


def test_a_technician_begins_at_the_status_page(rig):
    from tests.http.kit import PASSWORD
    from tests.support.people import Person

    staff(rig, "ky-thuat", "technician")
    person = Person(rig.port)
    assert person.sign_in("ky-thuat", PASSWORD).headers["Location"] == "/status"
    page = person.get("/status").body
    assert 'href="/admin"' in page
    assert 'href="/console"' not in page, "a link to what one may not open"


def test_nobody_is_sent_to_sign_in(rig):
    answer = rig.get("/status")
    assert answer.status == 303
    assert answer.headers["Location"] == "/login?next=/status"


def test_the_status_speaks_of_everything(rig):
    found = Status.model_validate(rig.get(STATUS).body)
    kinds = {line.kind for line in found.lines}
    assert {"server", "agent", "printer", "disk", "memory"} <= kinds
    # No agent runs here, so its printer is not known.
    printer = next(line for line in found.lines if line.kind == "printer")
    assert printer.state == "unknown"
    assert found.summary.attention >= 1
    assert found.today is not None


def test_metrics_count_the_day(rig):
    taken(rig, rig.screen_token("kiosk", "kiosk-2"))
    before = families(rig)
    assert values(before["moiso_tickets"], "state")["waiting"] >= 1
    assert values(before["moiso_waiting"], "service")["ho-tich"] >= 1
    assert clerk(rig.port).verb(1, "call-next").status == 200
    after = families(rig)
    assert values(after["moiso_tickets"], "state")["called"] == 1
    waits = {
        s.name: s.value
        for s in after["moiso_wait_seconds"].samples
        if s.labels.get("service") == "ho-tich" and "le" not in s.labels
    }
    assert waits["moiso_wait_seconds_count"] == 1


def test_metrics_tell_the_state_of_every_device_exactly_once(rig):
    samples = families(rig)["moiso_device_state"].samples
    parts = {sample.labels["part"] for sample in samples}
    assert {"server", "agent-main", "printer-1", "host:disk"} <= parts
    for part in parts:
        assert sum(s.value for s in samples if s.labels["part"] == part) == 1, part


def test_a_day_with_two_scales_repeats_no_sample(tmp_path):
    """The technician changes the scale at noon: both series of the day are told, apart."""
    with office(tmp_path) as own:
        for scale in (5, 3):
            config = own.data / "moiso.toml"
            text = re.sub(r"(?m)^scale = \d$", f"scale = {scale}", config.read_text("utf-8"))
            config.write_text(text, encoding="utf-8")
            own.server.stop()
            own.server.start()
            own.wait_ready()
            taken(own, own.screen_token("kiosk", "kiosk-2"))
            lan = clerk(own.port)
            assert lan.verb(1, "call-next").status == 200
            assert lan.verb(1, "finish").status == 200
            body = {"counter": 1, "level": "hai_long", "request_id": request_id()}
            answer = own.post("/api/v1/ratings", body, token=own.screen_token("panel", "1"))
            assert (answer.status, answer.body) == (201, {"rule": "counted"})
        presses = families(own)["moiso_rating_presses"].samples
        counted = {s.labels["scale"]: s.value for s in presses if s.labels["rule"] == "counted"}
        assert counted == {"hai-long-5": 1, "hai-long-3": 1}


def test_metrics_tell_of_the_server(rig):
    found = families(rig)
    assert found["moiso_build_info"].samples[0].value == 1
    assert 0 <= found["moiso_heartbeat_age_seconds"].samples[0].value < 90
    assert set(values(found["moiso_screens_connected"], "kind")) >= {"kiosk", "board", "console"}
    assert 0 < found["moiso_disk_used_pct"].samples[0].value <= 100


def test_the_doctor_says_what_the_page_says(rig):
    def settled() -> bool:
        """Return whether no screen has just gone: of those the page changes its mind."""
        lines = rig.get(STATUS).body["lines"]
        return all(line["state"] != "unknown" for line in lines if line["kind"] in SCREENS)

    wait_for(settled, "what became of the screens is known", 20)
    page = Status.model_validate(rig.get(STATUS).body)
    told = doctor(rig, "--json")
    body = json.loads(told.stdout)
    exit_code = body.pop("exit")
    assert (
        told.returncode
        == exit_code
        == {"ok": 0, "degraded": 1, "failed": 2, "unknown": 3}[body["summary"]["state"]]
    )
    told_lines = Status.model_validate(body).lines
    assert {(line.part, line.state) for line in told_lines} == {
        (line.part, line.state) for line in page.lines
    }


def test_the_doctor_speaks_both_languages_with_the_next_step(rig):
    vietnamese, english = doctor(rig).stdout, doctor(rig, "--lang", "en").stdout
    assert vietnamese.splitlines()[0].startswith("MOISO ")
    assert "| ok=" in vietnamese.splitlines()[0]
    assert "waiting=" in vietnamese.splitlines()[0]
    assert "Máy in phiếu printer-1" in vietnamese
    assert "→" in vietnamese
    assert "printer-1" in english
    assert "Nobody" not in english.splitlines()[0]


def test_the_doctor_knows_what_to_do_when_the_server_is_gone(rig):
    """The port of another program's making: nobody listens there."""
    told = doctor(rig, "--lang", "en", MOISO_PORT=str(own_port()))
    assert told.returncode == 2, told
    lines = told.stdout.splitlines()
    assert lines[0].startswith("MOISO CRITICAL - ")
    assert "The server program is not running" in lines[1]
    assert "systemctl restart moiso-server" in lines[2]
    assert any(line.split()[-1] == "Disk" for line in lines), "what this machine tells by itself"
    assert "printer-1" in told.stdout


def test_the_doctor_finds_another_folder_and_says_so_if_it_is_none(rig, tmp_path):
    env = {key: value for key, value in rig.env.items() if key != "MOISO_DATA"}
    told = subprocess.run(
        [sys.executable, "-m", "appliance", "doctor", "--data", str(tmp_path)],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 3
    assert "moiso.toml" in told.stdout
    assert list(tmp_path.iterdir()) == [], "a doctor changes nothing"


def test_the_doctor_leaves_the_database_as_it_was(rig):
    from tests.http.kit import holdings

    before = holdings(rig)
    doctor(rig)
    assert holdings(rig) == before


def test_a_board_that_hangs_is_told(rig):
    """Paired but never connected: within seconds it is a failure with a name."""
    answer = rig.post("/pair/start", {"kind": "board", "name": "main"})
    manager = administrator(rig.port)
    assert manager.form("/admin/pair", code=answer.body["code"], name="main").status == 303

    def gone():
        lines = call(rig.port, "GET", STATUS).body["lines"]
        return any(
            line["kind"] == "board" and line["causes"] == ["not_connected"] for line in lines
        )

    wait_for(gone, "the board is told as not connected", 15)


@pytest.mark.parametrize(
    ("role", "sees"),
    [("clerk", False), ("technician", False), ("supervisor", True), ("administrator", True)],
)
def test_how_citizens_rated_is_for_supervisors_alone(rig, role, sees):
    person = staff(rig, f"diem-{role}", role)
    (scale,) = person.get(STATUS, headers=ELSEWHERE).body["ratings"]
    assert scale["n"] == 0
    assert (scale["levels"] is not None) is sees
    page = person.get("/status").body
    assert ('"levels":{' in page.replace(" ", "").replace("&#34;", '"')) is sees


def test_no_program_is_told_how_citizens_rated(rig, token):
    for answer in (rig.get(STATUS), rig.get(STATUS, token=token, headers=ELSEWHERE)):
        (scale,) = answer.body["ratings"]
        assert scale["levels"] is None
    assert "hai_long" not in rig.get("/metrics").body
