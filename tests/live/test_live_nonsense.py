"""A screen that talks nonsense hurts nobody, at most itself."""

from __future__ import annotations

import contextlib

import pytest
from simple_websocket import ConnectionClosed
from simple_websocket import ConnectionError as HandshakeRefused

from tests.http.kit import taken
from tests.live.screen import Refused, Screen, connect, enter, open_socket, screen
from tests.support.wait import wait_for

# Understood by the protocol, but not by us: the socket itself goes on.
ODD = [
    '42["hello"]',
    '42["hello",null]',
    '42["hello",7]',
    '42["hello",{"last":"x"}]',
    '42["hello",{"last":0,"page":"x","more":1}]',
    '42["hello",{"last":-1}]',
    '42["hello",{},{},{}]',
    '42["drawn"]',
    '42["drawn",{"seq":"x","frame":0}]',
    '42["drawn",[]]',
    '42["drawn",{"seq":99999999999999999999,"frame":1}]',
    '42["snapshot",{}]',
    '42["no such event",{"a":[1,2,{"b":null}]}]',
    '421["hello",{"last":0}]',
    '42/other,["hello",{}]',
    "40/other,{}",
    "3",
    "3probe",
]
# Not understood at all: the server ends this socket.
WRONG = [
    "4",
    "4z",
    "42",
    "42[",
    '42{"a":1}',
    "42[]",
    "42[1]",
    "43[]",
    '451-["hello",{"_placeholder":true,"num":0}]',
    "44",
    '42["disconnect"]',
    '42["connect",{}]',
    '42["hello"',
    '42[["hello"]]',
    "42/",
    "40{",
    "4-",
    '47["hello"]',
    "9",
    "b",
    "x",
    "",
    "\0",
    "²",
    b"\x00\xff",
    "2" + "x" * 20_000,
    "42" + "[" * 10_000,
    "4" + "[" * 10_000,
    "42" + "9" * 10_000 + '["hello"]',
]
# Understood, and good for nothing.
USELESS = ['40{"token":"wrong"}', "40", "41", "1"]


@pytest.fixture(scope="module")
def token(narrow):
    return narrow.screen_token("board", "main")


def test_odd_words_change_nothing_for_the_one_who_says_them(narrow, token):
    with screen(narrow.port, token) as board:
        for packet in ODD:
            board.raw(packet)
        board.until(lambda: board.snapshots >= 2, "the hellos among them")
        board.hello()
        seq = board.last
        taken(narrow, narrow.screen_token("kiosk", "kiosk-2"))
        board.until(lambda: board.last > seq, "the next event")


def test_a_page_of_an_older_version_is_answered(narrow, token):
    with screen(narrow.port, token) as board:
        board.say("hello", {"last": 12, "page": "board"})
        board.until(lambda: board.snapshots == 2, "the answer")


def say_beside_a_bystander(rig, packet):
    token = rig.screen_token("board", "main")
    # Another kind of screen: a board is told when it gets the voice of one that went.
    with screen(rig.port, rig.screen_token("kiosk", "kiosk-1")) as bystander:
        odd = enter(rig.port, token)
        odd.hello()
        with contextlib.suppress(ConnectionClosed):
            odd.raw(packet)
            odd.say("hello", {"last": 0})
        seq = bystander.last
        taken(rig, rig.screen_token("kiosk", "kiosk-2"))
        bystander.until(lambda: bystander.last > seq, "the event")
        assert bystander.snapshots == 1
        with contextlib.suppress(ConnectionClosed):
            odd.socket.close()


@pytest.mark.parametrize("packet", WRONG + USELESS, ids=[repr(p[:20]) for p in WRONG + USELESS])
def test_a_broken_packet_costs_at_most_its_own_socket(narrow, packet):
    say_beside_a_bystander(narrow, packet)


@pytest.mark.parametrize("packet", WRONG, ids=[repr(p[:20]) for p in WRONG])
def test_a_stranger_who_sends_one_is_shown_out_and_writes_nothing_into_the_log(narrow, packet):
    known = len(narrow.server.output)
    stranger = open_socket(narrow.port)
    stranger.send(packet)
    with pytest.raises(ConnectionClosed):
        while (heard := stranger.receive(timeout=3)) is not None:
            assert str(heard).startswith("0"), "a ping: it is still open"
    assert narrow.server.output[known:] == ""


def test_a_screen_that_sends_one_is_told_in_a_short_line(narrow, token):
    known = len(narrow.server.output)
    with contextlib.suppress(ConnectionClosed), screen(narrow.port, token) as board:
        board.raw("\0")
        board.until(lambda: False, "the end of the connection")
    (line,) = narrow.server.output[known:].splitlines()
    assert "screen sent a frame that is none" in line
    assert len(line) < 200


@pytest.mark.parametrize("packet", ['42["hello",{}]', "41", '42["drawn",{"seq":1,"frame":1}]'])
def test_words_before_the_token_are_not_heard(narrow, packet):
    stranger = open_socket(narrow.port)
    with contextlib.suppress(ConnectionClosed):
        stranger.send(packet)
        stranger.send('40{"token":"wrong"}')
        answers = [stranger.receive(timeout=1) for _ in range(2)]
        assert "snapshot" not in str(answers)
    with contextlib.suppress(ConnectionClosed):
        stranger.close()


def test_after_all_that_every_place_is_free_and_the_publisher_lives(narrow, token):
    def all_in() -> bool:
        found: list[Screen] = []
        try:
            while len(found) < 4:
                found.append(connect(narrow.port, {"token": token}))
        except (Refused, HandshakeRefused):
            return False  # a place is still held
        finally:
            for one in found:
                one.socket.close()
        return True

    wait_for(all_in, "four screens find their places", 30)
    assert narrow.get("/readyz").body["reasons"] == []
    assert "essential thread died" not in narrow.server.output
