"""The phone rings and vibrates for a call and for each recall, as far as its browser lets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.http.kit import clear, link_of, office, taken
from tests.support.browser import Glass
from tests.support.people import Person, clerk
from tests.support.programs import Rig
from tests.support.wait import wait_for

# Everything that is struck, and every vibration, before the browser itself sees it.
LISTEN = """
window.heard = { tones: 0, calls: 0 };
const start = AudioScheduledSourceNode.prototype.start;
AudioScheduledSourceNode.prototype.start = function (...at) {
  window.heard.tones += 1;
  return start.apply(this, at);
};
const vibrate = Navigator.prototype.vibrate;
Navigator.prototype.vibrate = function (pattern) {
  window.heard.calls += Array.isArray(pattern) ? 1 : 0;
  return vibrate.call(this, pattern);
};
"""
DEAF = """
delete window.AudioContext;
delete window.webkitAudioContext;
delete Navigator.prototype.vibrate;
"""
NO_LEAVE = "AudioContext.prototype.resume = () => new Promise(() => {});"
# Four strokes of two notes, three tones each; "on" is one stroke.
CALL_TONES, YES_TONES = 24, 6
SMALL = {"width": 360, "height": 640}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with office(tmp_path_factory.mktemp("bell")) as server:
        yield server


@pytest.fixture
def lan(rig: Rig) -> Person:
    clear(rig)
    return clerk(rig.port)


class Phone(Glass):
    """A small phone on the page of a ticket that waits alone."""

    def __init__(self, browser: Browser, rig: Rig, *scripts: str) -> None:
        super().__init__(browser, rig.port, **SMALL)
        for script in scripts:
            self.page.add_init_script(script)
        self.open(link_of(rig, taken(rig, rig.screen_token("kiosk", "kiosk-2"))))
        self.text("#ahead-title", "Quý vị là người tiếp theo")

    def heard(self) -> dict[str, int]:
        return dict(self.page.evaluate("window.heard"))

    def hears(self, calls: int, tones: int) -> None:
        """Wait for so many, and then for two more answers of the server that change nothing."""
        wanted = {"calls": calls, "tones": tones}
        wait_for(lambda: self.heard() == wanted, f"{wanted}, heard: {self.heard()}")
        for _ in range(2):
            with self.page.expect_response("**/state"):
                self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert self.heard() == wanted

    def end(self) -> None:
        self.close()
        assert self.complaints == []


@pytest.fixture
def phone(browser: Browser, rig: Rig, lan: Person) -> Iterator[Phone]:
    glass = Phone(browser, rig, LISTEN)
    yield glass
    glass.end()


def test_a_press_turns_the_chime_on_and_a_call_and_a_recall_ring_once_each(
    phone: Phone, lan: Person
):
    assert phone.page.locator("#bell-do").bounding_box()["height"] >= 60
    phone.page.click("#bell-do")
    phone.text("#bell-on", "Đã bật chuông báo")
    phone.hidden("#bell-do")
    phone.hears(calls=0, tones=YES_TONES)
    assert lan.verb(1, "call-next").status == 200
    phone.shown("#told-counter")
    phone.hidden("#bell-on")
    phone.hears(calls=1, tones=YES_TONES + CALL_TONES)
    assert lan.verb(1, "recall").body["ticket"]["calls"] == 2
    phone.hears(calls=2, tones=YES_TONES + 2 * CALL_TONES)


def test_a_page_that_is_loaded_while_called_shows_that_call_and_rings_for_the_next(
    phone: Phone, lan: Person
):
    phone.page.click("#bell-do")
    assert lan.verb(1, "call-next").status == 200
    phone.hears(calls=1, tones=YES_TONES + CALL_TONES)
    phone.page.reload()
    phone.shown("#told-counter")
    phone.page.click("#number")
    phone.hears(calls=0, tones=0)
    assert lan.verb(1, "recall").status == 200
    phone.hears(calls=1, tones=CALL_TONES)


def test_a_touch_anywhere_is_enough_for_a_call_to_ring(phone: Phone, lan: Person):
    phone.page.click("#number")
    phone.shown("#bell-do")
    assert lan.verb(1, "call-next").status == 200
    phone.hears(calls=1, tones=CALL_TONES)


def test_an_untouched_page_shows_the_call_and_asks_for_nothing_that_would_be_refused(
    phone: Phone, lan: Person
):
    assert lan.verb(1, "call-next").status == 200
    phone.shown("#told-counter")
    phone.hears(calls=0, tones=0)


def test_who_is_called_again_after_being_absent_hears_it(phone: Phone, lan: Person):
    phone.page.click("#bell-do")
    ticket = lan.verb(1, "call-next").body["ticket"]
    phone.hears(calls=1, tones=YES_TONES + CALL_TONES)
    assert lan.verb(1, "absent").status == 200
    phone.text("#state", "Vắng mặt")
    phone.hears(calls=1, tones=YES_TONES + CALL_TONES)
    _return(lan, ticket)
    phone.shown("#bell-on")
    assert lan.verb(1, "call-next").body["ticket"]["id"] == ticket["id"]
    phone.hears(calls=2, tones=YES_TONES + 2 * CALL_TONES)


def _return(lan: Person, ticket: dict[str, Any]) -> None:
    body = {"request_id": f"bell-return-{ticket['id']}"}
    assert lan.post(f"/api/v1/tickets/{ticket['id']}/return", body).status == 200


def test_a_browser_without_sound_and_vibration_is_offered_neither(
    browser: Browser, rig: Rig, lan: Person
):
    phone = Phone(browser, rig, DEAF)
    phone.hidden("#bell-do")
    phone.page.click("#number")
    assert lan.verb(1, "call-next").status == 200
    phone.shown("#told-counter")
    phone.end()


def test_a_phone_that_gives_no_sound_in_spite_of_the_press_says_so(
    browser: Browser, rig: Rig, lan: Person
):
    phone = Phone(browser, rig, NO_LEAVE)
    phone.page.evaluate(
        "Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' })"
    )
    phone.page.click("#bell-do")
    phone.text("#bell-refused", "chưa phát được chuông")
    phone.hidden("#bell-on")
    phone.hidden("#bell-do")
    phone.end()


def test_nothing_of_a_small_phone_hangs_over_its_edge(phone: Phone, lan: Person):
    room = "n => (b => [b.left, 360 - b.right, 640 - b.bottom])(n.getBoundingClientRect())"
    assert min(phone.page.locator("#bell-do").evaluate(room)) >= 0, "in sight without scrolling"
    phone.open(phone.page.url.replace(phone.base, "") + "?lang=en")
    assert lan.verb(1, "call-next").status == 200
    phone.text("#counter", "Counter 1")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
    lines = "n => n.clientHeight / parseFloat(getComputedStyle(n).fontSize)"
    assert phone.page.locator("#counter").evaluate(lines) < 2, "the counter stands on one line"
