"""The page behind a ticket's QR code, on weak Wi-Fi and after its day, in a real Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route

from tests.http.kit import clear, link_of, office, taken
from tests.support.browser import Glass
from tests.support.people import Person, clerk
from tests.support.programs import Rig
from tests.support.wait import wait_for
from tests.support.weak_wifi import Air, WeakWifi, weak_wifi

NEXT_DAY = "2026-11-25T08:05:00+07:00,1"
STATE = "**/state"
# The page asks every 4 s and gives an answer 6 s.
TOLD_WITHIN_S = 15


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One office; it comes to the next day in the last test."""
    with office(tmp_path_factory.mktemp("phone")) as server:
        yield server


@pytest.fixture
def wifi(rig: Rig) -> Iterator[WeakWifi]:
    with weak_wifi(rig.port) as air:
        yield air


@pytest.fixture
def lan(rig: Rig) -> Person:
    return clerk(rig.port)


@pytest.fixture
def phone(browser: Browser, rig: Rig, wifi: WeakWifi) -> Iterator[Glass]:
    """A phone in the Wi-Fi that shows a waiting ticket, the only one."""
    clear(rig)
    ticket = taken(rig, rig.screen_token("kiosk", "kiosk-2"))
    glass = Glass(browser, wifi.port, 390, 844)
    glass.open(link_of(rig, ticket))
    glass.shown("#told-ahead")
    yield glass
    glass.close()
    assert [line for line in glass.complaints if "Failed to load resource" not in line] == []


@pytest.mark.parametrize("air", [Air.CUT, Air.STUCK, Air.SILENT])
def test_an_answer_that_does_not_arrive_whole_is_told_and_the_page_recovers(
    phone: Glass, lan: Person, wifi: WeakWifi, air: Air
):
    wifi.air = air
    phone.shown("#offline", TOLD_WITHIN_S)
    assert lan.verb(1, "call-next").status == 200
    wifi.air = Air.GOOD
    phone.shown("#told-counter", TOLD_WITHIN_S)
    phone.hidden("#offline")
    assert phone.same_page()


# Whatever stands beside the glass, or beside the card that cuts it off.
OUTSIDE = """() => {
  document.documentElement.style.fontSize = "200%";
  const card = document.getElementById("number-card");
  const ends = [document.documentElement.clientWidth, card.getBoundingClientRect().right];
  const words = (of) => Array.from(of.querySelectorAll("a, p, h2, button, span"));
  const beyond = (one, end) => one.getBoundingClientRect().right > end + 1;
  return words(document).filter((one) => beyond(one, ends[0]) || one.scrollWidth > ends[0])
    .concat(words(card).filter((one) => beyond(one, ends[1]) || one.scrollWidth > card.clientWidth))
    .map((one) => one.id || one.className || one.textContent);
}"""


def test_letters_twice_as_large_are_not_cut_on_a_narrow_phone(phone: Glass, lan: Person):
    phone.page.set_viewport_size({"width": 360, "height": 780})
    assert phone.page.evaluate(OUTSIDE) == []
    assert lan.verb(1, "call-next").status == 200
    phone.shown("#told-counter", TOLD_WITHIN_S)
    assert phone.page.evaluate(OUTSIDE) == []
    assert phone.page.locator(".phone-language").bounding_box()["height"] >= 48


# When the page asked, by the browser's own clock: this test may be slow to hear of it.
ASKED_SINCE = """since => performance.getEntriesByType("resource")
  .filter((one) => one.name.endsWith("/state") && one.startTime > since)
  .map((one) => one.startTime)"""
SEEN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


def test_a_page_that_is_seen_again_while_it_asks_does_not_ask_twice_as_often(phone: Glass):
    held: list[Route] = []
    phone.route(STATE, lambda route: held.append(route))
    wait_for(lambda: phone.page.evaluate("true") and held, "a question is under way")
    for _ in range(3):
        phone.page.evaluate(SEEN_AGAIN)
    assert len(held) == 1, "and it is the only one"
    since_ms = phone.page.evaluate("performance.now()")
    phone.page.unroute(STATE)  # lets the held one go
    # One at once, because the phone was looked at, and then one after each pause.
    asked_ms = wait_for(
        lambda: len(found := phone.page.evaluate(ASKED_SINCE, since_ms)) == 4 and found,
        "it goes on asking",
    )
    pauses_ms = [later - sooner for sooner, later in itertools.pairwise(asked_ms)]
    assert min(pauses_ms) > 3000, pauses_ms


def test_a_phone_that_is_seen_again_asks_at_once(phone: Glass, lan: Person):
    assert lan.verb(1, "call-next").status == 200
    with phone.page.expect_response(STATE):
        pass  # the next question of its own is 4 s away
    seen_ms = phone.page.evaluate(f"(now => ({SEEN_AGAIN}, now))(performance.now())")
    asked_ms = wait_for(lambda: phone.page.evaluate(ASKED_SINCE, seen_ms - 1), "it asks")
    assert asked_ms[0] - seen_ms < 2500
    phone.shown("#told-counter")


def test_after_the_day_nothing_but_its_end_is_left(phone: Glass, lan: Person, rig: Rig):
    assert lan.verb(1, "call-next").status == 200
    assert lan.verb(1, "finish").status == 200
    phone.shown("#rate-ask")
    rig.restart_server_at(NEXT_DAY)
    phone.shown("#gone", 2 * TOLD_WITHIN_S)
    # The rating's own clock ticks every half second.
    phone.page.evaluate("window.ticks = 0; setInterval(() => { window.ticks += 1; }, 500)")
    wait_for(lambda: phone.page.evaluate("window.ticks") >= 3, "its clock has ticked")
    for part in ("#rate", "#number-card", "#updated", "#offline"):
        phone.hidden(part)
