"""Who may open a socket, and that sockets never take the threads of HTTP."""

from __future__ import annotations

import json
import re

import pytest
from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as HandshakeRefused

from tests.http.kit import staff
from tests.live.screen import connect, enter, open_socket, refusal, screen, wait_closed
from tests.support.people import Person, administrator, clerk
from tests.support.wait import wait_for


def console_token(person: Person, counter: int = 1) -> str:
    """Return the token that the console page gives to its script."""
    assert person.form("/console/counter", counter=str(counter)).status == 303
    found = re.search(r'"live_token": ?"([^"]+)"', person.get("/console").body)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        (None, "not_signed_in"),
        ({}, "not_signed_in"),
        ({"token": ""}, "not_signed_in"),
        ({"token": None}, "not_signed_in"),
        ({"token": 7}, "not_signed_in"),
        ({"token": ["x"]}, "not_signed_in"),
        ("token", "not_signed_in"),
        (["token"], "not_signed_in"),
        ({"token": "wrong"}, "wrong_token"),
        ({"token": "x" * 8000}, "wrong_token"),
        ({"token": "a.b.c"}, "wrong_token"),
    ],
)
def test_a_socket_without_a_good_token_is_refused(rig, auth, code):
    assert refusal(rig.port, auth) == code


def test_an_agent_is_no_screen(rig):
    token = (rig.data / "agent.token").read_text().strip()
    assert refusal(rig.port, {"token": token}) == "not_allowed"


def test_the_cookie_of_staff_alone_opens_nothing(rig):
    cookies = "; ".join(f"{k}={v}" for k, v in administrator(rig.port).cookies.items())
    headers = {"Cookie": cookies}
    assert refusal(rig.port, headers=headers) == "not_signed_in"
    assert refusal(rig.port, {"token": "wrong"}, headers) == "wrong_token"


def test_a_page_of_another_site_cannot_open_a_socket(rig):
    token = rig.screen_token("board", "main")
    with pytest.raises(HandshakeRefused):
        connect(rig.port, {"token": token}, {"Origin": "http://evil.example"})
    own = {"Origin": "http://127.0.0.1"}  # the client's Host has no port either
    connect(rig.port, {"token": token}, own).socket.close()


def test_there_is_no_long_polling(rig):
    answer = rig.get("/socket.io/?EIO=4&transport=polling")
    assert answer.status == 400


def test_the_token_of_a_console_is_good_for_its_counter(rig):
    with screen(rig.port, console_token(clerk(rig.port), 2)) as console:
        assert console.snapshot["state"]["counter"] == 2


def test_a_signed_token_that_was_altered_is_wrong(rig):
    token = console_token(clerk(rig.port), 1)
    head, stamp, signature = token.split(".")
    for other in (f"{head}.{stamp}.{signature[::-1]}", f"{head[:-2]}.{stamp}.{signature}", head):
        assert refusal(rig.port, {"token": other}) == "wrong_token"


@pytest.mark.parametrize(
    ("path", "fields"),
    [("disabled", {"disabled": "1"}), ("password", {"password": "mat-khau-moi-hon"})],
)
def test_a_changed_account_loses_its_console_at_once(rig, path, fields):
    name = f"mat-{path}"
    token = console_token(staff(rig, name, "clerk"))
    console = connect(rig.port, {"token": token})
    console.hello()
    with screen(rig.port, console_token(clerk(rig.port))) as colleague:
        manager = administrator(rig.port)
        assert manager.form(f"/admin/accounts/{name}/{path}", **fields).status == 303
        wait_closed(console)
        assert refusal(rig.port, {"token": token}) == "wrong_token"
        colleague.hello()


def test_who_signs_out_loses_the_console_of_this_session_at_once(rig):
    person = clerk(rig.port)
    token = console_token(person)
    console = connect(rig.port, {"token": token})
    console.hello()
    with screen(rig.port, console_token(clerk(rig.port), 2)) as her_other_computer:
        assert person.form("/logout").status == 303
        wait_closed(console)
        assert refusal(rig.port, {"token": token}) == "wrong_token"
        her_other_computer.hello()


def test_a_technician_gets_no_console(rig):
    tech = staff(rig, "tech", "technician")
    assert tech.form("/console/counter", counter="1").status == 403
    assert "live_token" not in tech.get("/console").body


def test_sockets_beyond_half_of_the_threads_are_refused_and_http_answers(narrow):
    token = narrow.screen_token("board", "main")
    screens = [connect(narrow.port, {"token": token}) for _ in range(4)]
    assert [found.hello()["state"]["zone"] for found in screens] == ["main"] * 4
    assert refusal(narrow.port, {"token": token}) == "too_many"
    assert narrow.get("/readyz").status == 200
    screens.pop().socket.close()
    screens.append(enter(narrow.port, token))
    for found in screens:
        found.socket.close()
    wait_for(lambda: _free(narrow, token), "all places are free")


def test_strangers_who_never_say_who_they_are_cannot_take_the_threads(narrow):
    token = narrow.screen_token("board", "main")
    strangers: list[Client] = []
    with pytest.raises(HandshakeRefused):
        while len(strangers) < 16:
            strangers.append(open_socket(narrow.port))
    assert len(strangers) <= 5
    strangers[0].send('40{"token":"wrong"}')  # refused, and one who stays is still a stranger
    assert narrow.get("/healthz", timeout_s=10).status == 200
    assert narrow.get("/readyz", timeout_s=10).status == 200
    # A stranger who only answers pings is still one, and makes room in the end.
    wait_for(lambda: _free(narrow, token, strangers), "the strangers have to go")
    for stranger in strangers:
        with pytest.raises(ConnectionClosed):
            while True:
                stranger.receive(timeout=5)


def _free(rig, token: str, strangers: list[Client] = []) -> bool:  # noqa: B006 - only read
    """Return whether a screen is let in; strangers answer their pings meanwhile."""
    for stranger in strangers:
        if stranger.connected:
            try:
                if stranger.receive(timeout=0) == "2":
                    stranger.send("3")
            except ConnectionClosed:
                continue
    try:
        socket = open_socket(rig.port)
    except HandshakeRefused:
        return False
    socket.send("40" + json.dumps({"token": token}))
    answers = [socket.receive(timeout=5) for _ in range(2)]
    socket.close()
    return str(answers[1]).startswith("40{")
