"""The sounds of the calls over HTTP: for boards, of their own zone, without a trace."""

import hashlib
import http.client
from contextlib import closing
from email.message import Message

import pytest

from display.voice.announcer import choose
from tests.http.kit import assert_refused, office, unchanged
from tests.support.programs import call

ZONES = """
[[counters]]
number = 21
services = ["ho-tich"]
zone = "tang-2"
"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("voice"), edit=lambda text: text + ZONES) as running:
        yield running


def fetch(rig, name: str, token: str) -> tuple[int, Message, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", rig.port, timeout=10)) as link:
        link.request("GET", f"/board/voice/{name}", headers={"Authorization": f"Bearer {token}"})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize("name", ["1007-3.wav", "A012-3-p.wav"])
def test_a_board_gets_the_sound_that_the_announcer_makes(rig, name):
    token = rig.screen_token("board", "main")
    label, counter, *priority = name.removesuffix(".wav").split("-")
    asked = {"label": label, "counter": int(counter), "priority": bool(priority)}
    wanted = choose(None).call(**asked)
    with unchanged(rig):
        status, headers, sound = fetch(rig, name, token)
    assert (status, headers["Content-Type"]) == (200, "audio/wav")
    first_s = choose(None).first_reading_s(**asked)
    assert float(headers["X-Moiso-First-Reading"]) == pytest.approx(first_s, abs=0.001)
    assert hashlib.sha256(sound).digest() == hashlib.sha256(wanted).digest()


@pytest.mark.parametrize(
    "name", ["1007.wav", "-3.wav", "1007-0.wav", "1007-03.wav", "123456789-1.wav", "10a-1.wav"]
)
def test_an_odd_name_is_not_found(rig, name):
    token = rig.screen_token("board", "main")
    assert_refused(call(rig.port, "GET", f"/board/voice/{name}", token=token), 404, "not_found")


def test_a_board_does_not_get_the_calls_of_another_zone(rig):
    path = "/board/voice/1007-21.wav"
    main, upstairs = (rig.screen_token("board", name) for name in ("main", "tang-2"))
    assert_refused(call(rig.port, "GET", path, token=main), 404, "unknown_counter")
    assert fetch(rig, "1007-21.wav", upstairs)[0] == 200
    assert_refused(
        call(rig.port, "GET", "/board/voice/1007-88.wav", token=main), 404, "unknown_counter"
    )


def test_only_a_board_may_listen(rig):
    path = "/board/voice/1007-3.wav"
    assert_refused(call(rig.port, "GET", path), 401, "not_signed_in")
    assert_refused(call(rig.port, "GET", path, token="wrong"), 401, "wrong_token")
    kiosk = rig.screen_token("kiosk", "kiosk-1")
    assert_refused(call(rig.port, "GET", path, token=kiosk), 403, "not_allowed")


def test_a_board_is_opened_by_name_or_by_zone_and_every_zone_has_one_that_speaks(rig):
    for path in ("/board", "/board?zone=main", "/board?name=main"):
        assert '"name": "main"' in rig.get(path).body
    assert '"name": "tang-2"' in rig.get("/board?zone=tang-2").body
    assert rig.get("/board?zone=none").status == 404
    assert rig.get("/board?name=none").status == 404
    found = {board["name"]: board["sound"] for board in rig.get("/readyz").body["boards"]}
    assert found == {"main": True, "tang-2": True}
