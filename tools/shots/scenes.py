"""What is pictured: every page, in which state of the office, and when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from tools.shots.life import RATED_COUNTER, Life


@dataclass(frozen=True)
class Scene:
    """A page to open as somebody, what to do there, and what must be seen before the picture."""

    name: str
    path: Callable[[Life], str] | str
    ready: str
    cookies: Callable[[Life], Mapping[str, str]] = lambda _life: {}
    act: Callable[[Page], None] = lambda _page: None
    status: int = 200
    then: int = 200
    """The status of the page to which `act` leads."""

    def path_in(self, life: Life) -> str:
        """Return the page's address in this office."""
        return self.path if isinstance(self.path, str) else self.path(life)


def _home(page: Page) -> None:
    """Let a kiosk be ready for the next citizen: it shows the number of a moment ago again."""
    page.wait_for_selector("#blocked", state="hidden")
    if page.is_visible("#result-done"):
        page.click("#result-done")
    page.wait_for_selector("#result", state="hidden")


def _english(page: Page) -> None:
    _home(page)
    page.click("[data-language=en]")
    page.wait_for_selector("html[lang=en]")


def _take_number(page: Page) -> None:
    _home(page)
    page.click("[data-service=ho-tich]")


def _screens(page: Page) -> None:
    """Wait until every screen inside the lab is connected."""
    there = (("kiosk", "#services li"), ("board", "#hero-number"), ("panel-1", "#idle"))
    gone = (("kiosk", "#blocked"), ("board", "#connecting"), ("panel-1", "#connecting"))
    for kind, seen in there:
        frame = page.frame_locator(f"[data-screen={kind}] iframe")
        frame.locator(seen).first.wait_for(state="attached")
    for kind, seen in gone:
        page.frame_locator(f"[data-screen={kind}] iframe").locator(seen).wait_for(state="hidden")


def _told(page: Page) -> None:
    _screens(page)
    page.wait_for_selector("#told [data-part=printer-1]")


def _wrong_password(page: Page) -> None:
    page.fill("input[name=username]", "demo-canbo")
    page.fill("input[name=password]", "khong-dung")
    page.press("input[name=password]", "Enter")
    page.wait_for_selector(".note-trouble")


def _wrong_code(page: Page) -> None:
    page.fill("input[name=code]", "AAAA-AAAA")
    page.fill("input[name=username]", "quan-tri")
    for password in page.locator("input[type=password]").all():
        password.fill("mot-mat-khau-dai")
    page.press("input[name=code]", "Enter")
    page.wait_for_selector(".note-trouble")


def _rate(level: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.click(f"[data-level={level}]")

    return press


_PANEL = f"/rating?counter={RATED_COUNTER}"
_PAPER = "#paper [data-printer=printer-1] .paper-left"
_WORKING = "#do-call-next:not([disabled])"

EMPTY = (
    Scene("board-empty", "/board", "#hero-empty:not([hidden]) >> visible=true"),
    Scene("lab-empty", "/lab", "#issue-buttons .key", act=_screens),
)
LIVELY = (
    Scene("start", "/", "h1"),
    Scene("kiosk", "/kiosk", "#result[hidden]", act=_home),
    Scene("kiosk-en", "/kiosk", "#result[hidden]", act=_english),
    Scene("kiosk-result", "/kiosk", "#result[data-stage=take]", act=_take_number),
    Scene("board", "/board", "#hero-call:not([hidden])"),
    Scene("counter", "/counter?counter=1", "#call:not([hidden])"),
    Scene("counter-free", "/counter?counter=4", "#rest-title >> visible=true"),
    Scene("login", "/login", "input[name=username]"),
    Scene("login-wrong", "/login", ".note-trouble", act=_wrong_password, then=403),
    Scene("console-choose", "/console", ".choice", lambda life: life.new_clerk.cookies),
    Scene("console", "/console", _WORKING, lambda life: life.clerk.cookies),
    Scene("console-nobody", "/console", _WORKING, lambda life: life.quiet_clerk.cookies),
    Scene("status", "/status", _PAPER, lambda life: life.administrator.cookies),
    Scene("status-en", "/status?lang=en", _PAPER, lambda life: life.administrator.cookies),
    Scene("admin", "/admin", "h1", lambda life: life.administrator.cookies),
    Scene("slip-preview", "/preview", ".slip", lambda life: life.administrator.cookies),
    Scene("rating-idle", _PANEL, "#idle:not([hidden])"),
    Scene("pair", "/pair?kind=kiosk&name=kiosk-1", "h1"),
    Scene("lab", "/lab", ".slips img", lambda life: life.clerk.cookies, _screens),
    Scene("phone-waiting", lambda life: life.phone["waiting"], "#told-ahead:not([hidden])"),
    Scene("phone-called", lambda life: life.phone["called"], "#told-counter:not([hidden])"),
    Scene("phone-serving", lambda life: life.phone["serving"], "#number"),
    Scene("phone-absent", lambda life: life.phone["absent"], "#number"),
    Scene("phone-rate", lambda life: life.serve_one(), "#rate-ask:not([hidden])"),
    Scene(
        "phone-rated",
        lambda life: life.serve_one(),
        "#rate-thanks:not([hidden])",
        act=_rate("hai_long"),
    ),
    Scene("api-docs", "/api/v1/docs", ".call"),
    Scene("api-docs-en", "/api/v1/docs?lang=en", ".call"),
    Scene("error-404", "/khong-co-trang-nay", "h1", status=404),
)
RATING = (
    Scene("rating-asked", lambda life: life.serve_one(_PANEL), "#ask:not([hidden])"),
    Scene(
        "rating-thanks",
        lambda life: life.serve_one(_PANEL),
        "#thanks:not([hidden])",
        act=_rate("rat_hai_long"),
    ),
    Scene(
        "rating-why",
        lambda life: life.serve_one(_PANEL),
        "#why:not([hidden])",
        act=_rate("khong_hai_long"),
    ),
)
NO_PAPER = (
    Scene("kiosk-no-paper", "/kiosk", "#notice:not([hidden])", act=_home),
    Scene("kiosk-result-no-paper", "/kiosk", "#result-code:not([hidden])", act=_take_number),
    Scene(
        "console-no-paper",
        "/console",
        "#trouble-box:not([hidden])",
        lambda life: life.clerk.cookies,
    ),
    Scene("lab-no-paper", "/lab", ".slips img", lambda life: life.clerk.cookies, _told),
    Scene("status-no-paper", "/status", "#trouble li", lambda life: life.administrator.cookies),
    Scene(
        "status-no-paper-en",
        "/status?lang=en",
        "#trouble li",
        lambda life: life.administrator.cookies,
    ),
)
_LOST = ".lost:not([hidden])"
# Pages that were open when the server went away.
LOST = (
    Scene("kiosk-lost", "/kiosk", _LOST),
    Scene("board-lost", "/board", _LOST),
    Scene("counter-lost", "/counter?counter=1", _LOST),
    Scene("console-lost", "/console", _LOST, lambda life: life.clerk.cookies),
    Scene("rating-lost", _PANEL, _LOST),
    Scene("status-lost", "/status", _LOST, lambda life: life.administrator.cookies),
    Scene("phone-lost", lambda life: life.take_one(), "#offline:not([hidden])"),
    Scene("lab-lost", "/lab", _LOST, lambda life: life.clerk.cookies),
)
# An office whose database cannot be read.
DAMAGED = (
    Scene("kiosk-damaged", "/kiosk", "#blocked:not([hidden])"),
    Scene("start-damaged", "/", "h1", status=503),
    Scene("start-damaged-en", "/?lang=en", "h1", status=503),
)
# In an office without accounts.
FIRST_START = (
    Scene("setup", "/setup", "input[name=code]"),
    Scene("setup-wrong", "/setup", ".note-trouble", act=_wrong_code, then=403),
)
ALL = (*EMPTY, *LIVELY, *RATING, *NO_PAPER, *LOST, *DAMAGED, *FIRST_START)
