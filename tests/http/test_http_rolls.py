"""Paper left and a new roll over HTTP: the agent's word, the press, and its confirmation."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.http.kit import assert_refused, office, request_id, rows, staff, unchanged
from tests.support.people import clerk
from tests.support.wait import wait_for

ROLL = "/api/v1/printers/roll-changed"


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("rolls")) as server:
        yield server


@pytest.fixture
def agent(rig):
    return Agent(rig)


class Agent:
    """What the agent of printer-1 says and hears, over the real link."""

    def __init__(self, rig):
        self.rig = rig
        self.token = (rig.data / "agent.token").read_text().strip()

    def tell(self, printed_mm, tickets_left, change_id="", changed_at=None):
        paper = {
            "printed_mm": printed_mm,
            "tickets_left": tickets_left,
            "change_id": change_id,
            "changed_at": changed_at,
        }
        row = {"kind": "device", "device": "printer-1", "device_kind": "printer", "state": "ok"}
        body = {"instance": "test", "rows": [{**row, "paper": paper}]}
        answer = self.rig.post("/agent/v1/reports", body, token=self.token)
        assert answer.status == 200, answer

    def rolls(self, after=0):
        answer = self.rig.get(f"/agent/v1/inbox?after={after}&wait=0", token=self.token)
        return [m for m in answer.body["messages"] if m["kind"] == "roll"]


def paper(rig):
    lines = rig.get("/api/v1/status").body["lines"]
    return next(line["paper"] for line in lines if line["part"] == "printer-1")


def press(person, printer="printer-1", **more):
    return person.post(ROLL, {"printer": printer, "request_id": request_id(), **more})


def test_the_paper_that_the_agent_told_is_shown(rig, agent):
    agent.tell(41_000, 430)
    assert paper(rig) == {
        "printed_mm": 41_000,
        "tickets_left": 430,
        "changed_at": None,
        "pending": False,
    }


def test_a_press_is_offered_to_the_agent_until_it_confirms(rig, agent):
    agent.tell(79_000, 11)
    person = clerk(rig.port)
    body = {"printer": "printer-1", "request_id": request_id()}
    answer = person.post(ROLL, body)
    assert answer.status == 200
    assert answer.body["counted"] is False
    (message,) = agent.rolls()
    assert message["change_id"] == body["request_id"]
    assert agent.rolls() == [message], "offered again to an agent that asks anew"
    assert agent.rolls(message["n"]) == []
    assert paper(rig)["pending"] is True
    agent.tell(0, 900, body["request_id"], "2026-11-23T01:12:00.000+00:00")
    assert agent.rolls() == []
    assert paper(rig)["pending"] is False
    assert paper(rig)["tickets_left"] == 900
    again = person.post(ROLL, body)
    assert (again.body["at"], again.body["counted"]) == (answer.body["at"], True)
    found = rows(rig, f"SELECT type, actor FROM events WHERE request_id = '{body['request_id']}'")
    assert found == [("printer.roll_changed", "staff:demo-canbo")]


def test_a_press_wakes_an_agent_that_waits(rig, agent):
    from concurrent.futures import ThreadPoolExecutor

    agent.tell(1000, 800)
    (head,) = rows(rig, "SELECT max(seq) FROM events")
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(
            rig.get, f"/agent/v1/inbox?after={head[0]}&wait=5", token=agent.token, timeout_s=10
        )
        assert press(clerk(rig.port)).status == 200
        kinds = [message["kind"] for message in poll.result().body["messages"]]
    assert "roll" in kinds


def test_a_restart_of_the_server_forgets_no_press(rig, agent):
    agent.tell(1000, 800)
    body = {"printer": "printer-1", "request_id": request_id()}
    assert clerk(rig.port).post(ROLL, body).status == 200
    rig.server.kill()
    rig.server.start()
    rig.wait_ready()
    assert [m["change_id"] for m in agent.rolls()] == [body["request_id"]]
    agent.tell(0, 900, body["request_id"])
    assert agent.rolls() == []


def test_a_press_while_the_agent_is_away_is_refused_and_said(rig, agent):
    agent.tell(1000, 800)

    def away():
        lines = rig.get("/api/v1/status").body["lines"]
        line = next(line for line in lines if line["part"] == "printer-1")
        return line["causes"] == ["link_lost"] and line["paper"] is None

    wait_for(away, "the agent is away, and nothing old is shown as if live", 20)
    person = clerk(rig.port)
    with unchanged(rig):
        assert_refused(press(person), 409, "printer_away")


def test_what_is_wrong_is_refused(rig, agent):
    agent.tell(1000, 800)
    person = clerk(rig.port)
    with unchanged(rig):
        assert_refused(press(person, "printer-9"), 404, "unknown_printer")
        assert_refused(person.post(ROLL, {"printer": "printer-1"}), 422, "bad_field")
        assert_refused(press(person, more=1), 422, "bad_field")
        assert_refused(rig.post(ROLL, {}), 401, "not_signed_in")


@pytest.mark.parametrize("kind", ["kiosk", "board", "panel"])
def test_no_screen_may_tell_of_a_roll(rig, kind):
    name = {"kiosk": "kiosk-2", "board": "main", "panel": "1"}[kind]
    token = rig.screen_token(kind, name)
    body = {"printer": "printer-1", "request_id": request_id()}
    with unchanged(rig):
        assert_refused(rig.post(ROLL, body, token=token), 403, "not_allowed")


@pytest.mark.parametrize("role", ["clerk", "supervisor", "technician", "administrator"])
def test_staff_of_every_role_may_change_a_roll(rig, agent, role):
    agent.tell(1000, 800)
    assert press(staff(rig, f"giay-{role}", role)).status == 200


def test_monitors_read_how_much_is_left(rig, agent):
    agent.tell(41_000, 430)
    families = {
        family.name: family for family in text_string_to_metric_families(rig.get("/metrics").body)
    }
    (left,) = families["moiso_paper_tickets_left"].samples
    assert (left.labels, left.value) == ({"printer": "printer-1"}, 430)
    (used,) = families["moiso_paper_printed_millimetres"].samples
    assert used.value == 41_000


def test_the_doctor_tells_how_much_is_left(rig, agent):
    from tests.http.test_http_monitors import doctor

    def asked(lang, sentence):
        """Return what the doctor says: a slow machine may lose sight of the agent meanwhile."""
        agent.tell(41_000, 430, "change-0007", "2026-11-23T01:12:00.000+00:00")
        said = doctor(rig, "--lang", lang).stdout
        return said if sentence in said else ""

    sentence = "Giấy còn khoảng 430 phiếu, thay cuộn lúc 08:12 23/11/2026"
    said = wait_for(lambda: asked("vi", sentence), "the paper, in Vietnamese", 60)
    assert "paper_printer-1=430" in said.splitlines()[0]
    wait_for(lambda: asked("en", "Paper left for about 430 slips"), "and in English", 60)
