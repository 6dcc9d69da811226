"""The hub itself, with a way out on which screens vanish in the middle of a word."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.usecases.issue import issue
from display.live import Hub
from display.streams import View
from tests.support.unreadable import unreadable

BOARD = View("board", "main")
KIOSK = View("kiosk", "kiosk-1")


class Leaky:
    """Emits like Engine.IO: whoever was silent for too long is disconnected by the emit itself."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.silent: set[str] = set()
        self.gone: set[str] = set()
        self.heard: dict[str, list[str]] = {}
        self.told: list[tuple[str, str]] = []

    def __call__(self, event: str, message: dict[str, Any], sid: str) -> None:
        if sid in self.silent:
            self.silent.remove(sid)
            self.gone.add(sid)
            self.hub.disconnect(sid)
        elif sid not in self.gone:
            self.heard.setdefault(sid, []).append(event)
            self.told.append((sid, event))


@pytest.fixture
def hub(ctx):
    return Hub(ctx, max_screens=8)


@pytest.fixture
def way(hub, monkeypatch):
    """A way out without a publisher's thread: the test itself publishes."""
    leaky = Leaky(hub)
    monkeypatch.setattr(hub, "_emit", leaky)
    hub._begin()
    for number, view in enumerate((BOARD, BOARD, BOARD, KIOSK)):
        assert hub.connect(f"sid-{number}", view, "device")
        hub.hello(f"sid-{number}")
    leaky.heard.clear()
    leaky.told.clear()
    return leaky


@pytest.mark.parametrize(
    "silent",
    [{"sid-0"}, {"sid-2"}, {"sid-0", "sid-1"}, {"sid-1", "sid-2"}, {"sid-0", "sid-1", "sid-2"}],
    ids=lambda sids: ",".join(sorted(sids)),
)
@pytest.mark.parametrize("what", ["tick", "new day", "event", "first event"])
def test_screens_that_vanish_while_being_told_take_no_other_with_them(
    ctx, hub, way, clock, fresh_id, silent, what
):
    def take() -> None:
        issue(ctx, "ho-tich", priority=False, kiosk=None, request_id=fresh_id(), actor="test")

    if what == "event":
        take()
        hub._publish()
        way.heard.clear()
    way.silent = set(silent)
    if what == "new day":
        clock.pass_s(86_400)
    if what in ("tick", "new day"):
        hub._tick()
    else:
        take()
        hub._publish()
    assert {screen.sid for screen in hub.screens()} == {
        f"sid-{number}" for number in range(4)
    } - silent
    assert set(way.heard) == {screen.sid for screen in hub.screens()}
    wanted = {"tick": "tick", "new day": "snapshot", "event": "event", "first event": "snapshot"}
    for heard in way.heard.values():
        assert wanted[what] in heard


def test_a_place_that_became_free_is_given_away(hub, way):
    for number in range(4, 8):
        assert hub.connect(f"sid-{number}", BOARD, "device")
    assert not hub.connect("sid-8", BOARD, "device")
    hub.disconnect("sid-0")
    hub.disconnect("sid-0")
    assert hub.connect("sid-8", BOARD, "device")
    assert not hub.connect("sid-9", BOARD, "device")


def test_the_older_screen_is_hushed_before_the_newer_one_may_speak(hub, way):
    assert hub.connect("sid-4", BOARD, "device")
    hub.hello("sid-4")
    assert way.told == [("sid-2", "speaker"), ("sid-4", "snapshot")]


def test_the_voice_of_a_screen_that_vanished_is_kept_until_it_has_fallen_silent(
    hub, way, monkeypatch
):
    now_s = [100.0]
    monkeypatch.setattr("display.live.time.monotonic", lambda: now_s[0])
    hub.disconnect("sid-2", vanished=True)
    hub.hello("sid-1")
    now_s[0] += 3.9
    hub._hand_over()
    assert [screen.sid for screen in hub.screens() if screen.speaks] == []
    way.told.clear()
    now_s[0] += 0.1
    hub._hand_over()
    assert way.told == [("sid-1", "snapshot")]
    assert [screen.sid for screen in hub.screens() if screen.speaks] == ["sid-1"]


def test_the_voice_comes_back_with_what_is_owed(hub, way):
    hub.disconnect("sid-0")
    assert way.told == [], "it did not speak"
    hub.disconnect("sid-2")
    assert way.told == [("sid-1", "snapshot")]
    assert hub.drop_device("device") == ["sid-1", "sid-3"]
    assert hub.screens() == []


def test_no_tick_tells_that_all_is_well_while_the_log_cannot_be_read(ctx, hub, way):
    with unreadable(ctx, "events"):
        hub._round(tick=True)
    assert way.heard == {}
    hub._round(tick=True)
    assert set(way.heard) == {"sid-0", "sid-1", "sid-2", "sid-3"}
    assert all(told == ["tick"] for told in way.heard.values())


def test_a_hub_that_starts_on_an_unreadable_log_begins_when_it_can_be_read(ctx, hub, way, fresh_id):
    hub._position = None
    with unreadable(ctx, "log_head"):
        hub._round(tick=True)
    assert way.heard == {}
    issue(ctx, "ho-tich", priority=False, kiosk="kiosk-1", request_id=fresh_id(), actor="test")
    hub._round(tick=False)
    assert all(told == ["snapshot"] for told in way.heard.values()), "nothing is passed over"
    assert len(way.heard) == 4
    issue(ctx, "ho-tich", priority=False, kiosk="kiosk-1", request_id=fresh_id(), actor="test")
    hub._round(tick=True)
    assert all(told == ["snapshot", "event", "tick"] for told in way.heard.values())
