"""The picture of the README: the lab while a ticket is printed and called."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from tools.shots.glass import Glass, Size
from tools.shots.life import QUIET_COUNTER, Life

SIZE = Size(1600, 900)
_KEY = "#issue-buttons .key[data-pin='{pin}']"
_WITHIN_MS = 8000


def write_picture(browser: Browser, base: str, life: Life, file: Path) -> list[str]:
    """Push a button of the lab, call the number at once, write the picture; return complaints."""
    file.parent.mkdir(parents=True, exist_ok=True)
    config = life.office.config()
    codes = next(one.services for one in config.counters if one.number == QUIET_COUNTER)
    pin = next(one.pin for one in config.agent.buttons if one.service in codes)
    cookies = life.quiet_clerk.cookies
    with Glass(browser, base, SIZE, cookies=cookies, tokens=life.tokens) as glass:
        glass.open("/lab")
        page = glass.page
        for kind, gone in (("kiosk", "#blocked"), ("board", "#connecting")):
            _inside(page, kind, gone, state="hidden")
        before = life.office.printed()
        page.locator(_KEY.format(pin=pin)).click(delay=150)
        life.office.wait_printed(before + 1)
        page.wait_for_selector(".slip-new img")
        _inside(page, "kiosk", "#result[data-stage=take]")
        label = life.quiet_clerk.verb(QUIET_COUNTER, "call-next")["ticket"]["label"]
        _inside(page, "board", f"#hero-number >> text='{label}'")
        # The console's frame may have no room to be seen in.
        _inside(page, "console", f"#current-number >> text='{label}'", state="attached")
        page.wait_for_timeout(1200)  # the slip has come out, the board no longer blinks
        glass.picture(file)
        return glass.complaints


def _inside(
    page: Page,
    kind: str,
    selector: str,
    state: Literal["attached", "hidden", "visible"] = "visible",
) -> None:
    found = page.frame_locator(f".screen-{kind} iframe").locator(selector).first
    found.wait_for(state=state, timeout=_WITHIN_MS)
