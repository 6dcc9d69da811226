"""A real Chromium on the office's pages, at a name that is no secure context, as in a LAN."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    WebSocketRoute,
    expect,
    sync_playwright,
)

from tests.support.people import CLERK
from tests.support.wait import wait_for

HOST = "moiso.test"
ARGS = [
    "--no-sandbox",
    # Every other name leads nowhere: a page that asks an outside host fails its test.
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# As an office starts its boards: sound without a gesture.
WITH_SOUND = ("--autoplay-policy=no-user-gesture-required",)


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Give a browser with `more` switches; MOISO_CHROMIUM names another one than Debian's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(), args=[*ARGS, *more])
        yield browser
        browser.close()


@contextmanager
def another(browser: Browser) -> Iterator[Browser]:
    """Give a second browser beside `browser`, one without its switches."""
    second = browser.browser_type.launch(executable_path=_path(), args=ARGS)
    yield second
    second.close()


def _path() -> str:
    path = os.environ.get("MOISO_CHROMIUM") or shutil.which("chromium")
    assert path, "no Chromium: `make test` installs it"
    return path


class Glass:
    """One screen with its own storage: keeps every complaint of the page."""

    def __init__(self, browser: Browser, port: int, width: int = 1366, height: int = 768):
        self.base = f"http://{HOST}:{port}"
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        assert self.page.evaluate("isSecureContext") is False
        # Noticed by the tests that forbid a reload.
        self.page.evaluate("window.neverReloaded = true")
        return self.page

    def text(self, selector: str, wanted: str, timeout_s: float = 20) -> None:
        """Wait until the element shows `wanted`."""
        expect(self.page.locator(selector)).to_contain_text(wanted, timeout=timeout_s * 1000)

    def shown(self, selector: str, timeout_s: float = 20) -> None:
        expect(self.page.locator(selector)).to_be_visible(timeout=timeout_s * 1000)

    def hidden(self, selector: str, timeout_s: float = 20) -> None:
        expect(self.page.locator(selector)).to_be_hidden(timeout=timeout_s * 1000)

    def same_page(self) -> bool:
        """Return whether the page was never loaded again."""
        return bool(self.page.evaluate("window.neverReloaded === true"))

    def route(
        self, pattern: str, handler: Callable[[Route], None], times: int | None = None
    ) -> None:
        """Let `handler` have such requests of the page, from when this returns.

        A busy browser says that it holds requests before its page has heard of that: one is asked
        for until it is held.
        """
        held: list[str] = []

        def probe(route: Route) -> None:
            held.append(route.request.url)
            route.fulfill(status=204)

        self.page.route(pattern, handler, times=times)
        self.page.route("**/healthz", probe)
        ask = "() => fetch('/healthz').then(() => true)"
        wait_for(lambda: self.page.evaluate(ask) and held, "the page's requests are held")
        self.page.unroute("**/healthz", probe)

    def sign_in(self, counter: int) -> Page:
        """Sign the demo's clerk in and open the console of `counter`."""
        page = self.open("/login")
        page.fill("input[name=username]", CLERK.username)
        page.fill("input[name=password]", CLERK.password)
        page.press("input[name=password]", "Enter")
        page.click(f"button[name=counter][value='{counter}']")
        page.evaluate("window.neverReloaded = true")
        return page

    def forgive_lost_server(self) -> None:
        """Forget what the browser itself says of a server that is gone, once per attempt."""
        lost = ("WebSocket", "ERR_CONNECTION_")
        self.complaints[:] = [one for one in self.complaints if not any(x in one for x in lost)]

    def close(self) -> None:
        self.context.close()

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.base, self.base.replace("http", "ws"), "data:")):
            self.complaints.append(f"outside: {request.url}")


class LiveWire:
    """The live channel on its way to a page, where a test can hold it up."""

    def __init__(self, page: Page) -> None:
        self._held: list[Callable[[], None]] | None = None
        page.route_web_socket("**/socket.io/**", self._join)

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for pass_on in held:
            pass_on()

    def _join(self, browser_side: WebSocketRoute) -> None:
        server_side = browser_side.connect_to_server()

        def on(message: str | bytes) -> None:
            if self._held is None:
                browser_side.send(message)
            else:
                self._held.append(lambda: browser_side.send(message))

        server_side.on_message(on)
