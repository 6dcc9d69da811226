"""The server goes away under open screens: they say so, and are right again without a reload."""

import time

import pytest

from tests.support.browser import Glass, chromium
from tests.support.programs import running
from tests.support.wait import wait_for


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
        yield kiosk, board, console, counter


def lost(glass: Glass) -> bool:
    banner = glass.page.locator(".lost")
    return banner.count() > 0 and banner.is_visible() and "Mất kết nối" in banner.inner_text()


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

    getattr(rig.server, how)()
    gone_s = time.monotonic()
    wait_for(lambda: all(lost(glass) for glass in screens), "all of them say it", 10)
    assert time.monotonic() - gone_s < 10
    # An old number is never shown as if live, and nothing can be pressed into the void.
    board.shown(".hero-lost")
    counter.hidden("#call")
    counter.shown(".gone")
    assert console.page.is_disabled("#do-call-next")
    kiosk.shown("#blocked")

    rig.server.thaw() if how == "freeze" else rig.server.start()
    wait_for(rig.is_ready, "the server is back")
    back_s = time.monotonic()
    wait_for(lambda: not any(lost(glass) for glass in screens), "all of them are right again", 10)
    took_s = time.monotonic() - back_s
    assert took_s < 3, took_s
    console.text("#current-number", label)
    board.text("#hero-number", label)
    counter.text("#call-number", label)
    kiosk.hidden("#blocked")
    assert all(glass.same_page() for glass in screens)
    console.page.keyboard.press("F10")
    console.shown("#current-none")
