"""The whole walk as people see it: kiosk, paper, board, console, in a real Chromium."""

import io
import re

import pytest
import zxingcpp
from PIL import Image

from tests.support.browser import Glass
from tests.support.hands import push
from tests.support.programs import Rig, call
from tests.support.wait import wait_for


@pytest.fixture
def kiosk(browser, rig):
    yield from _glass(browser, rig, "/kiosk?name=kiosk-1", ".service")


@pytest.fixture
def board(browser, rig):
    yield from _glass(browser, rig, "/board?zone=main", "#counters li")


@pytest.fixture
def counter(browser, rig):
    yield from _glass(browser, rig, "/counter?counter=1", "#services li")


@pytest.fixture
def console(browser, rig):
    glass = Glass(browser, rig.port)
    glass.sign_in(1)
    glass.page.wait_for_selector("#do-call-next:not([disabled])")
    yield glass
    glass.close()
    assert glass.complaints == []


def _glass(browser, rig, path, ready):
    glass = Glass(browser, rig.port)
    glass.open(path).wait_for_selector(ready)
    yield glass
    glass.close()
    assert glass.complaints == []


def number_on(kiosk: Glass) -> str:
    kiosk.shown("#result-number")
    return kiosk.page.inner_text("#result-number").strip()


def slip_picture(rig: Rig, number: int) -> Image.Image:
    with_http = __import__("http.client", fromlist=["HTTPConnection"])
    link = with_http.HTTPConnection("127.0.0.1", rig.printer_http, timeout=10)
    link.request("GET", f"/slips/{number}.png")
    data = link.getresponse().read()
    link.close()
    return Image.open(io.BytesIO(data))


def test_a_touch_becomes_a_number_a_slip_a_call_on_the_board_and_an_end(
    kiosk, board, counter, console, rig
):
    before = rig.printed()["printed"]
    kiosk.page.click("[data-service=chung-thuc]")
    label = number_on(kiosk)
    assert re.fullmatch(r"2\d{3}", label)
    wait_for(lambda: rig.printed()["printed"] == before + 1, "the slip is on paper")
    kiosk.text("#result-paper", "lấy phiếu")
    console.text("#waiting", label)

    slip = slip_picture(rig, rig.printed()["slips"][-1]["n"])
    (code,) = zxingcpp.read_barcodes(slip)
    phone = re.sub(r"^http://[^/]+", "", code.text)
    assert phone.startswith("/t/")
    assert label in call(rig.port, "GET", phone).body

    console.page.keyboard.press("F2")
    console.text("#current-number", label)
    board.text("#hero-number", label)
    board.text("#hero-counter", "1")
    counter.text("#call-title", "Mời số")
    counter.text("#call-number", label)
    state = call(rig.port, "GET", f"{phone}/state").body
    assert (state["ticket"]["state"], state["ticket"]["counter"]) == ("called", 1)

    console.page.keyboard.press("F4")
    console.text("#current-calls", "2")
    console.page.keyboard.press("F10")
    console.shown("#current-none")
    counter.text("#rest-title", "Sẵn sàng phục vụ")
    assert counter.same_page()
    assert console.same_page()
    assert board.same_page()


def test_a_push_on_a_pin_shows_its_number_on_the_kiosks_glass_too(kiosk, rig):
    before = rig.printed()["printed"]
    push(rig, "tra-ket-qua")
    assert number_on(kiosk).startswith("8")
    wait_for(lambda: rig.printed()["printed"] == before + 1, "the slip is on paper")


def test_a_push_on_a_counters_button_calls_on_board_and_console(kiosk, board, console, rig):
    push(rig, "ho-tich")
    label = number_on(kiosk)
    push(rig, counter=1)
    console.text("#current-number", label)
    board.text("#hero-number", label)
    console.page.keyboard.press("F8")
    console.text("#absent", label)
    console.page.click("[data-return]")
    console.text("#waiting", label)


def test_two_quick_touches_are_one_ticket(kiosk, rig):
    before = len(_waiting(rig))
    kiosk.page.dblclick("[data-service=kinh-te]")
    number_on(kiosk)
    assert len(_waiting(rig)) == before + 1


def test_the_kiosk_speaks_english_at_a_touch_without_a_reload(kiosk):
    kiosk.page.click("[data-language=en]")
    kiosk.text("#choose", "service")
    kiosk.text("[data-service=ho-tich]", "Civil status")
    kiosk.page.click("[data-language=vi]")
    kiosk.text("[data-service=ho-tich]", "Hộ tịch")
    assert kiosk.same_page()


def test_a_priority_ticket_takes_two_touches_and_is_called_first(kiosk, console, rig):
    kiosk.page.click("[data-service=ho-tich]")
    number_on(kiosk)
    kiosk.page.click("#result-done")
    kiosk.hidden("#result")
    kiosk.page.click("#priority")
    kiosk.page.click("[data-service=ho-tich]")
    kiosk.shown("#result-priority")
    label = number_on(kiosk)
    console.page.keyboard.press("F2")
    console.text("#current-number", label)
    console.shown("#current-priority")


def test_a_broken_printer_is_said_before_and_after_and_nothing_is_printed_late(kiosk, console, rig):
    before = rig.printed()["printed"]
    rig.fault(paper="out")
    kiosk.shown("#notice")
    kiosk.text("#notice", "hết giấy")
    console.text("#trouble", "giấy")
    kiosk.page.click("[data-service=y-te]")
    label = number_on(kiosk)
    kiosk.shown("#result-qr")
    kiosk.text("#result-paper", "giấy")
    console.text("#unprinted", label, timeout_s=25)
    rig.fault(paper="ok")
    kiosk.hidden("#notice", timeout_s=15)
    console.hidden("#trouble-box", timeout_s=15)
    push(rig, "bao-tro")
    wait_for(lambda: rig.printed()["printed"] == before + 1, "the next slip is on paper")
    assert rig.printed()["printed"] == before + 1


def test_a_number_on_the_glass_follows_what_becomes_known_of_the_printer(kiosk, rig):
    rig.fault(offline=True)
    kiosk.text("#notice", "không hoạt động", timeout_s=15)
    kiosk.page.click("[data-service=ho-tich]")
    kiosk.text("#result-paper", "không hoạt động")
    rig.fault(offline=False, paper="out")
    kiosk.text("#result-paper", "hết giấy")
    rig.fault(paper="ok")
    kiosk.hidden("#notice", timeout_s=15)


def _waiting(rig: Rig) -> list[dict]:
    token = rig.screen_token("board", "main")
    return rig.get("/api/v1/queue", token=token).body["waiting"]
