"""The server goes away under open screens: they say so, and are right again without a reload."""

import time

import pytest

from tests.support.browser import Glass, chromium
from tests.support.programs import running
from tests.support.wait import wait_for

# When the banner of a lost connection came and went, by the page itself: a test cannot look at four
# screens at once, and on a busy machine each look takes long.
WATCH = """() => {
  window.changes = [];
  const look = () => {
    const banner = document.querySelector(".lost");
    const lost = Boolean(banner && banner.getClientRects().length);
    const last = window.changes[window.changes.length - 1];
    if (lost !== Boolean(last && last.lost)) {
      window.changes.push({ lost, at: Date.now() });
    }
  };
  const what = { subtree: true, childList: true, attributes: true };
  new MutationObserver(look).observe(document, what);
}"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with running(tmp_path_factory.mktemp("restart")) as office:
        yield office


@pytest.fixture(scope="module")
def screens(rig):
    with chromium() as browser:
        kiosk, board, console = (Glass(browser, rig.port) for _ in range(3))
        counter = Glass(browser, rig.port, 800, 480)
        counter.open("/counter?counter=1").wait_for_selector("#services li")
        kiosk.open("/kiosk?name=kiosk-1").wait_for_selector(".service")
        board.open("/board?zone=main").wait_for_selector("#counters li")
        console.sign_in(1)
        console.page.wait_for_selector("#do-call-next:not([disabled])")
        for glass in (kiosk, board, console, counter):
            glass.page.evaluate(WATCH)
        yield kiosk, board, console, counter


def lost(glass: Glass) -> bool:
    banner = glass.page.locator(".lost")
    return banner.count() > 0 and banner.is_visible() and "Mất kết nối" in banner.inner_text()


def changed_s(glass: Glass, *, lost: bool) -> float:
    """Return when the page came to say so."""
    last = glass.page.evaluate("window.changes[window.changes.length - 1]")
    assert last["lost"] is lost
    return float(last["at"]) / 1000


@pytest.mark.parametrize("how", ["kill", "stop", "freeze"])
def test_screens_say_it_within_10_s_and_are_right_within_3_s_of_the_return(rig, screens, how):
    kiosk, board, console, counter = screens
    token = rig.screen_token("kiosk", "kiosk-1")
    rig.post("/api/v1/tickets", {"service": "ho-tich", "request_id": f"before-{how}"}, token=token)
    console.page.keyboard.press("F2")
    console.shown("#current-ticket")
    label = console.page.inner_text("#current-number").strip()
    board.text("#hero-number", label)
    counter.text("#call-number", label)

    gone_s = time.time()
    getattr(rig.server, how)()
    wait_for(lambda: all(lost(glass) for glass in screens), "all of them say it")
    assert max(changed_s(glass, lost=True) for glass in screens) - gone_s < 10
    # An old number is never shown as if live, and nothing can be pressed into the void.
    board.shown(".hero-lost")
    counter.hidden("#call")
    counter.shown(".gone")
    assert console.page.is_disabled("#do-call-next")
    kiosk.shown("#blocked")

    rig.server.thaw() if how == "freeze" else rig.server.start()
    rig.wait_ready()
    back_s = time.time()
    wait_for(lambda: not any(lost(glass) for glass in screens), "all of them are right again")
    took_s = max(changed_s(glass, lost=False) for glass in screens) - back_s
    assert took_s < 3, took_s
    console.text("#current-number", label)
    board.text("#hero-number", label)
    counter.text("#call-number", label)
    kiosk.hidden("#blocked")
    assert all(glass.same_page() for glass in screens)
    console.page.keyboard.press("F10")
    console.shown("#current-none")
