"""One page on one screen: opened, watched for complaints, and pictured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, WebSocket

from tools.office.browser import HOST

_LOCAL = ("data", "blob", "about")
# Nothing may move while its picture is taken; what is shown must be what stays.
_SETTLED = "() => document.fonts.ready.then(() => document.fonts.status === 'loaded')"
_SETTLE_MS = 350
_WATCH_CSP = """
window.moisoViolations = [];
document.addEventListener("securitypolicyviolation", (found) => {
    window.moisoViolations.push(`${found.violatedDirective} ${found.blockedURI}`);
});
"""
_KEEP_TOKENS = """
if (location.protocol === "http:") {
    Object.entries(%s).forEach(([name, token]) => localStorage.setItem(name, token));
}
"""
_OVERFLOW = """() => [document.documentElement.scrollWidth, window.innerWidth]"""


@dataclass(frozen=True)
class Size:
    """A screen's size in CSS pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        """Give it as in file names."""
        return f"{self.width}x{self.height}"


class Glass:
    """A browser window with storage of its own; `complaints` is all that was wrong with its page.

    `tokens` are put where a screen keeps them, so that a page does not pair itself anew. The page
    that is opened answers with `status`, and one to which it leads may answer with `then`.
    """

    def __init__(
        self,
        browser: Browser,
        base: str,
        size: Size,
        *,
        cookies: Mapping[str, str] | None = None,
        tokens: Mapping[str, str] | None = None,
        status: int = 200,
        then: int = 200,
    ) -> None:
        self._base = base
        self._status = status
        self._fine = {status, then}
        self.complaints: list[str] = []
        self._context = browser.new_context(
            viewport={"width": size.width, "height": size.height},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        self._context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in (cookies or {}).items()]
        )
        self._context.add_init_script(_WATCH_CSP)
        self._context.add_init_script(_KEEP_TOKENS % json.dumps(dict(tokens or {})))
        self.page: Page = self._context.new_page()
        self._listen()

    def __enter__(self) -> Glass:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the window."""
        self._context.close()

    def open(self, path: str) -> None:
        """Open a page of the office."""
        answer = self.page.goto(self._base + path)
        assert answer is not None
        if answer.status != self._status:
            self.complaints.append(f"{path} answered {answer.status}")

    def expect_failures(self) -> None:
        """Take no failed request for a complaint any more: the server is about to go."""
        self._deaf = True

    def picture(self, file: Path) -> None:
        """Write what is seen, once it has settled, and complain of what is wrong by then."""
        self.page.wait_for_function(_SETTLED)
        self.page.wait_for_timeout(_SETTLE_MS)
        self.page.screenshot(path=file)
        for frame in self.page.frames:
            for violation in frame.evaluate("() => window.moisoViolations || []"):
                self.complaints.append(f"policy: {violation}")
        wide, room = self.page.evaluate(_OVERFLOW)
        if wide > room:
            self.complaints.append(f"overflows to the side: {wide} > {room}")
        # What ends with the window is no failure.
        self._deaf = True

    def _listen(self) -> None:
        self._deaf = False
        self.page.on("pageerror", lambda error: self._complain(f"script: {error}"))
        self.page.on("console", self._on_console)
        self.page.on("request", self._on_request)
        self.page.on("requestfailed", self._on_failure)
        self.page.on("response", self._on_response)
        self.page.on("websocket", self._on_socket)

    def _complain(self, words: str) -> None:
        if not self._deaf:
            self.complaints.append(words)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium says in the console, too, that the page itself was not found.
        wrong = self._fine - {200}
        expected = any(f"status of {status}" in message.text for status in wrong)
        if message.type == "error" and not expected:
            self._complain(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        self._check_host(request.url)

    def _on_socket(self, socket: WebSocket) -> None:
        self._check_host(socket.url)

    def _on_failure(self, request: Request) -> None:
        # A frame that was taken away, such as the lab's phone, takes its requests with it.
        if not request.frame.is_detached():
            self._complain(f"failed: {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        main = response.request.is_navigation_request()
        if response.status >= 400 and not (main and response.status in self._fine):
            self._complain(f"{response.status}: {response.url}")

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _LOCAL and parts.hostname != HOST:
            self._complain(f"outside: {url}")
