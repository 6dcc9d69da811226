"""From a clerk's call to the number on a board, with thirty screens open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tools.bench.figures import Row, median, percentile
from tools.bench.issuing import UNLIMITED
from tools.bench.plan import Plan
from tools.bench.press import PRINTER_SPEED
from tools.bench.screens import Hall
from tools.office.browser import chromium, origin
from tools.office.programs import KIOSK, Office, running

GROUP = "call"
OTHERS = 29
_COUNTER = 1
_SERVICE = "ho-tich"
_DRAWN_WITHIN_S = 10.0
# Tells of every new number: when it is in the page, and when its frame has been painted.
_OBSERVE = """() => {
    const number = document.getElementById("hero-number");
    let last = number.textContent;
    new MutationObserver(() => {
        const label = number.textContent;
        if (label === last) { return; }
        last = label;
        window.moisoDrawn("page", label);
        requestAnimationFrame(() => requestAnimationFrame(() => window.moisoDrawn("paint", label)));
    }).observe(number, { childList: true, characterData: true, subtree: true });
}"""
_TRIP = """async () => {
    const begun = performance.now();
    await window.moisoDrawn("trip", "");
    return performance.now() - begun;
}"""


@dataclass
class Seen:
    """When the page told of a number, by this process's clock."""

    page_s: dict[str, float] = field(default_factory=dict)
    paint_s: dict[str, float] = field(default_factory=dict)

    def drawn(self, what: str, label: str) -> None:
        """Note a message of the page."""
        now_s = time.perf_counter()
        if what == "page":
            self.page_s[label] = now_s
        elif what == "paint":
            self.paint_s[label] = now_s


def measure(plan: Plan) -> list[Row]:
    """Return call to drawn, call to the last of the other sockets, and the browser's own trip."""
    count = plan.some(40, 8)
    office = Office(plan.room("board"), speed=PRINTER_SPEED, env=UNLIMITED)
    with running(office):
        _fill(office, count)
        token = office.screen_token("board", "main")
        seen = Seen()
        with (
            Hall(office.port, token, OTHERS) as hall,
            chromium() as browser,
            browser.new_page() as page,
        ):
            _open_board(page, office.port, seen)
            clerk = office.person()
            trips, begun = [], {}
            for _ in range(count):
                trips.append(float(page.evaluate(_TRIP)))
                label, at_s = _call(page, seen, lambda: clerk.verb(_COUNTER, "call-next"))
                begun[label] = at_s
            heard = hall.heard()
    page_ms = [(seen.page_s[label] - at_s) * 1000 for label, at_s in begun.items()]
    paint_ms = [(seen.paint_s[label] - at_s) * 1000 for label, at_s in begun.items()]
    last_ms = [(max(heard[label]) - at_s) * 1000 for label, at_s in begun.items()]
    trip, what = median(trips), "expose_function trip"
    return [
        Row(GROUP, "in the page of a board, p50", median(page_ms), "ms", trip, what),
        Row(GROUP, "in the page of a board, p90", percentile(page_ms, 0.9), "ms"),
        Row(GROUP, "its frame painted, p50", median(paint_ms), "ms"),
        Row(GROUP, f"heard by the last of {OTHERS} other sockets, p50", median(last_ms), "ms"),
    ]


def _fill(office: Office, count: int) -> None:
    """Let `count` citizens wait, and all their slips be printed, before anything is measured."""
    token = office.screen_token("kiosk", KIOSK)
    for turn in range(count):
        office.take(token, _SERVICE)
        office.wait_printed(turn + 1)
    time.sleep(0.3)


def _open_board(page: Page, port: int, seen: Seen) -> None:
    page.expose_function("moisoDrawn", seen.drawn)
    page.goto(f"{origin(port)}/board")
    page.wait_for_selector("#connecting", state="hidden")
    page.evaluate(_OBSERVE)


def _call(page: Page, seen: Seen, call: Callable[[], Any]) -> tuple[str, float]:
    """Call the next citizen from another thread, while this one hears what the page tells."""
    found: list[tuple[str, float]] = []

    def clerk() -> None:
        begun_s = time.perf_counter()
        found.append((str(call()["ticket"]["label"]), begun_s))

    thread = threading.Thread(target=clerk)
    thread.start()
    deadline_s = time.monotonic() + _DRAWN_WITHIN_S
    while not (found and found[0][0] in seen.paint_s):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"the board did not draw {found}")
        page.wait_for_timeout(20)
    thread.join()
    page.wait_for_timeout(150)  # the hall falls quiet
    return found[0]
