"""The first day, with real hands on real pages: set-up, sign-in, pairing, first ticket.

Not the demo: no account exists, no screen lets itself in.
"""

import re

import pytest

from appliance.config import sample_path
from tests.support.browser import Glass
from tests.support.clocks import await_one_day
from tests.support.programs import Rig, call
from tests.support.wait import wait_for

# Beside the walk, the end of a day is waited for, if one is near.
pytestmark = pytest.mark.timeout(300)
PASSWORD = "chín bông sen hồng"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """`moiso run` on an empty data folder; the sample office is open at any hour here."""
    await_one_day(2)
    rig = Rig(tmp_path_factory.mktemp("first-day"))
    del rig.env["MOISO_DEMO_CLOCK"]
    rig.env["MOISO_AGENT__PIN_FACTORY"] = "mock"
    rig.server.argv = [*rig.server.argv[:3], "run", "--config", str(rig.data / "always-open.toml")]
    rig.data.mkdir(parents=True)
    text = sample_path().read_text(encoding="utf-8")
    text = re.sub(r"^(\w+day) = \[.*\]$", r'\1 = ["00:00-23:59"]', text, flags=re.MULTILINE)
    text = re.sub(r"^\d{4}-\d\d-\d\d = \[\].*$", "", text, flags=re.MULTILINE)
    (rig.data / "always-open.toml").write_text(
        text.replace("port = 9100", f"port = {rig.printer_port}"), encoding="utf-8"
    )
    rig.printer.start()
    rig.server.start()
    rig.wait_ready()
    yield rig
    rig.stop()


@pytest.fixture(scope="module")
def admin(office, browser):
    """The administrator's own screen, from the one-time code on."""
    code = re.search(r"one-time code: (\d{8})", office.server.output)
    assert code, office.server.output
    glass = Glass(browser, office.port)
    page = glass.open("/")
    page.goto(glass.base + "/login")
    assert page.url.endswith("/setup")

    def fill(code_text: str, again: str = PASSWORD) -> None:
        page.fill("[name=code]", code_text)
        page.fill("[name=username]", "quan.tri")
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=password_again]", again)
        page.click("button.button-wide")

    fill("00000000")
    glass.text("[role=alert]", "Mã cài đặt chưa đúng")
    fill(code[1], again="another one entirely")
    glass.text("[role=alert]", "không")
    fill(code[1])
    page.wait_for_url("**/login")
    page.fill("[name=username]", "quan.tri")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/console")
    page.goto(glass.base + "/admin")
    yield glass
    glass.close()


def pair(admin: Glass, screen: Glass, name: str) -> None:
    """Read the six digits from the screen, enter them as the administrator would."""
    screen.page.wait_for_url("**/pair?*")
    digits = wait_for(
        lambda: re.fullmatch(r"\d{6}", re.sub(r"\s", "", screen.page.inner_text("#code"))),
        "the screen shows six digits",
    )
    admin.page.goto(admin.base + "/admin")
    admin.page.fill("#pair [name=code]", digits[0])
    admin.page.click("#pair button.button-wide")
    admin.page.select_option("#pair [name=name]", name)
    admin.page.click("#pair button.button-wide")


def test_an_office_goes_from_the_one_time_code_to_the_first_call(office, browser, admin):
    kiosk, board, console = (Glass(browser, office.port) for _ in range(3))
    kiosk.page.goto(kiosk.base + "/kiosk")
    pair(admin, kiosk, "kiosk-1")
    kiosk.page.wait_for_selector(".service")
    board.page.goto(board.base + "/board")
    pair(admin, board, "main")
    board.page.wait_for_selector("#counters li")

    admin.page.fill("form[action='/admin/accounts'] [name=username]", "lan")
    admin.page.fill("form[action='/admin/accounts'] [name=password]", PASSWORD)
    admin.page.select_option("form[action='/admin/accounts'] [name=role]", "clerk")
    admin.page.click("form[action='/admin/accounts'] button.button-wide")
    admin.text("main", "lan")

    page = console.open("/console")
    page.fill("[name=username]", "lan")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.click("button[name=counter][value='1']")
    page.wait_for_selector("#do-call-next:not([disabled])")

    kiosk.page.click("[data-service=ho-tich]")
    kiosk.text("#result-number", "1001")
    wait_for(
        lambda: call(office.printer_http, "GET", "/state").body["printed"] == 1,
        "the first slip of the office",
    )
    page.keyboard.press("F2")
    board.text("#hero-number", "1001")
    for glass in (kiosk, board, console):
        assert glass.complaints == []
        glass.close()


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/counter?counter=2", "Màn hình ở quầy · 2"),
        ("/rating?counter=2", "Bảng đánh giá · 2"),
    ],
)
def test_a_screen_of_a_later_counter_comes_back_to_its_own_page(
    office, browser, admin, address, what
):
    screen = Glass(browser, office.port)
    screen.page.goto(screen.base + address)
    screen.text(".pair-what", what)
    pair(admin, screen, "2")
    screen.page.wait_for_url(f"**{address}")
    screen.hidden("#connecting")
    assert screen.complaints == []
    screen.close()


def test_a_screen_whose_token_is_taken_back_shows_the_pairing_page_again(office, browser, admin):
    board = Glass(browser, office.port)
    board.page.goto(board.base + "/board")
    pair(admin, board, "main")
    board.page.wait_for_selector("#counters li")
    admin.page.goto(admin.base + "/admin")
    admin.page.locator("form[action$='/revoke'] button").last.click()
    board.page.wait_for_url("**/pair?*")
    board.close()


def test_a_wrong_code_is_said_and_lets_nobody_in(admin):
    admin.page.goto(admin.base + "/admin")
    admin.page.fill("#pair [name=code]", "000000")
    admin.page.click("#pair button.button-wide")
    admin.text("[role=alert]", "Mã ghép chưa đúng")


def test_the_set_up_is_closed_for_good(office):
    assert call(office.port, "GET", "/setup").status == 409
    assert not (office.data / "setup.code").exists()
