"""The console on a narrow screen, as of a clerk with a phone, and with large letters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.http.kit import clear, office, taken
from tests.support.browser import Glass
from tests.support.programs import Rig

# What stands beside the glass, or beside the card that cuts it off.
CUT = """(size) => {
  document.documentElement.style.fontSize = size;
  const seen = (one) => one.getClientRects().length > 0;
  const right = (one) => one.getBoundingClientRect().right;
  const end = document.documentElement.clientWidth;
  return Array.from(document.querySelectorAll("body *")).filter(seen).filter((one) => {
    const button = one.closest("button");
    return right(one) > end + 1 || (button && right(one) > right(button) + 1);
  }).map((one) => `${one.tagName} ${one.id || one.textContent.trim()}`);
}"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with office(tmp_path_factory.mktemp("narrow")) as server:
        yield server


@pytest.fixture
def console(browser: Browser, rig: Rig) -> Iterator[Glass]:
    clear(rig)
    token = rig.screen_token("kiosk", "kiosk-2")
    for _ in range(3):
        taken(rig, token, "chung-thuc")
    glass = Glass(browser, rig.port, 360, 780)
    glass.sign_in(1)
    glass.page.wait_for_selector("#do-call-next:not([disabled])")
    glass.page.keyboard.press("F2")
    glass.shown("#current-ticket")
    yield glass
    glass.close()
    assert glass.complaints == []


@pytest.mark.parametrize("size", ["100%", "150%", "200%"])
def test_nothing_is_cut_however_large_the_letters(console: Glass, size: str) -> None:
    assert console.page.evaluate(CUT, size) == []


def test_every_key_is_large_enough_for_a_finger(console: Glass) -> None:
    heights = console.page.locator(".action").evaluate_all(
        "all => all.map((one) => one.offsetHeight)"
    )
    assert len(heights) == 5
    assert min(heights) >= 44
