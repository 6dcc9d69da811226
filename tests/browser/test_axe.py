"""axe finds nothing on any page, in either language."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.http.kit import office, taken
from tests.support.browser import Glass
from tests.support.people import ADMINISTRATOR, clerk

LANGS = ("vi", "en")
# path, and what shows that the page has drawn itself
PUBLIC = {
    "start": ("/", ".doors"),
    "kiosk": ("/kiosk?name=kiosk-2", ".service"),
    "board": ("/board?zone=main", "#counters li"),
    "counter": ("/counter?counter=1", "#call:not([hidden])"),
    "login": ("/login", "form"),
    "pair": ("/pair?kind=board&name=main", "body"),
    "error": ("/no-such-page", ".wrong"),
    "lab": ("/lab", "iframe"),
    "api documents": ("/api/v1/docs", ".call"),
}
STAFF = {
    "start": ("/", ".doors"),
    "console, choose": ("/console", "button[name=counter]"),
    "status": ("/status", "#working li"),
    "admin": ("/admin", ".block"),
    "slip preview": ("/preview", ".slip"),
}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("axe")) as server:
        kiosk = server.screen_token("kiosk", "kiosk-2")
        for _ in range(3):
            taken(server, kiosk)
        assert clerk(server.port).verb(1, "call-next").status == 200
        yield server


@pytest.fixture(scope="module")
def glass(browser, rig):
    screen = Glass(browser, rig.port)
    yield screen
    screen.close()


@pytest.fixture(scope="module")
def desk(browser, rig):
    """A browser in which the administrator has signed in."""
    screen = Glass(browser, rig.port)
    page = screen.open("/login")
    page.fill("input[name=username]", ADMINISTRATOR.username)
    page.fill("input[name=password]", ADMINISTRATOR.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/console")
    yield screen
    screen.close()


def test_axe_sees_what_is_wrong(glass):
    page = glass.open("/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=x>'")
    assert Axe().run(page).violations_count > 0
    glass.complaints.clear()


def look(glass: Glass, path: str, ready: str, lang: str) -> None:
    """Open the page in a language and fail on anything that axe says."""
    page = glass.open(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    page.wait_for_selector(ready)
    assert page.get_attribute("html", "lang") == lang
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page(glass, name, lang):
    look(glass, *PUBLIC[name], lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", STAFF)
def test_a_page_of_staff(desk, name, lang):
    look(desk, *STAFF[name], lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_console_at_work(browser, rig, lang):
    glass = Glass(browser, rig.port)
    glass.sign_in(1)
    look(glass, "/console", "#do-call-next:not([disabled])", lang)
    glass.page.click("#open-issue")
    glass.shown("#issue")
    found = Axe().run(glass.page)
    assert found.violations_count == 0, found.generate_report()
    glass.close()


@pytest.mark.parametrize("lang", LANGS)
def test_the_phone_page_and_its_chime(glass, rig, lang):
    kiosk = rig.screen_token("kiosk", "kiosk-2")
    body = {"service": "ho-tich", "request_id": f"axe-phone-{lang}"}
    url = rig.post("/api/v1/tickets", body, token=kiosk).body["url"]
    look(glass, "/t/" + url.rpartition("/t/")[2], "#bell-do:not([hidden])", lang)
    glass.page.click("#bell-do")
    glass.shown("#bell-on")
    found = Axe().run(glass.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("lang", LANGS)
def test_the_status_page_on_a_phone(browser, rig, desk, lang):
    desk.page.set_viewport_size({"width": 390, "height": 844})
    look(desk, "/status", "#trouble li", lang)
    wide = desk.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    desk.page.set_viewport_size({"width": 1366, "height": 768})
    assert not wide, "nothing hangs over the edge"


def test_the_first_set_up(browser, tmp_path):
    with office(tmp_path, demo=False) as fresh:
        glass = Glass(browser, fresh.port)
        for lang in LANGS:
            look(glass, "/setup", "form", lang)
        glass.close()
