"""What is pictured: every page, in which state of the office, and when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from tools.shots.life import Life


@dataclass(frozen=True)
class Scene:
    """A page to open as somebody, what to do there, and what must be seen before the picture."""

    name: str
    path: Callable[[Life], str] | str
    ready: str
    cookies: Callable[[Life], Mapping[str, str]] = lambda _life: {}
    act: Callable[[Page], None] = lambda _page: None
    status: int = 200

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
    for kind, there in (("kiosk", "#services li"), ("board", "#hero-number"), ("console", "h1")):
        page.frame_locator(f".screen-{kind} iframe").locator(there).first.wait_for(state="attached")
    for kind, gone in (("kiosk", "#blocked"), ("board", "#connecting")):
        page.frame_locator(f".screen-{kind} iframe").locator(gone).wait_for(state="hidden")


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
    Scene("console-choose", "/console", ".choice", lambda life: life.new_clerk.cookies),
    Scene("console", "/console", _WORKING, lambda life: life.clerk.cookies),
    Scene("console-nobody", "/console", _WORKING, lambda life: life.quiet_clerk.cookies),
    Scene("admin", "/admin", "h1", lambda life: life.administrator.cookies),
    Scene("slip-preview", "/preview", ".slip", lambda life: life.administrator.cookies),
    Scene("pair", "/pair?kind=kiosk&name=kiosk-1", "h1"),
    Scene("lab", "/lab", "#slips img", lambda life: life.clerk.cookies, _screens),
    Scene("phone-waiting", lambda life: life.waiting_phone, "#told-ahead:not([hidden])"),
    Scene("phone-called", lambda life: life.called_phone, "#told-counter:not([hidden])"),
    Scene("error-404", "/khong-co-trang-nay", "h1", status=404),
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
    Scene("lab-no-paper", "/lab", "#slips img", lambda life: life.clerk.cookies, _screens),
)
# In an office without accounts.
FIRST_START = (Scene("setup", "/setup", "input[name=code]"),)
ALL = (*EMPTY, *LIVELY, *NO_PAPER, *FIRST_START)
