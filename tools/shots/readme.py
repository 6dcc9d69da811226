"""The pictures of the README: the lab while a ticket is printed and called, and four screens."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from tools.shots.glass import Glass, Size
from tools.shots.life import QUIET_COUNTER, RATED_COUNTER, Life

SIZE = Size(1600, 900)
SMALL = Size(1366, 768)
SMALL_WIDTH = 480
_COLOURS = 256
_KEY = "#issue-buttons .key[data-pin='{pin}']"
_WITHIN_MS = 15_000
_SCREENS = (
    ("kiosk", "/kiosk", "#services li"),
    ("board", "/board", "#hero-call"),
    ("status", "/status", "#working li >> nth=0"),
    ("rating", f"/rating?counter={RATED_COUNTER}", "#ask"),
)


def write_pictures(browser: Browser, base: str, life: Life, folder: Path) -> dict[Path, list[str]]:
    """Write every picture of the README; return each with the complaints of its page."""
    folder.mkdir(parents=True, exist_ok=True)
    cookies = life.quiet_clerk.cookies
    with Glass(browser, base, SIZE, cookies=cookies, tokens=life.tokens) as lab:
        _lab(lab, life, folder / "demo.png")
        done = {folder / "demo.png": lab.complaints}
        # With the lab open every screen is connected, so that the status is what it should be.
        for name, path, ready in _SCREENS:
            file = folder / f"{name}.png"
            if name == "rating":
                life.serve_one()
            with Glass(browser, base, SMALL, cookies=cookies, tokens=life.tokens) as glass:
                glass.open(path)
                glass.page.wait_for_selector(ready, state="attached", timeout=_WITHIN_MS)
                _settle(glass.page, name)
                _write(glass, file, SMALL_WIDTH)
                done[file] = glass.complaints
    life.office.mend_all()
    return done


def _lab(glass: Glass, life: Life, file: Path) -> None:
    """Push a button of the lab, call the number at once, break a printer, write the picture."""
    config = life.office.config()
    codes = next(one.services for one in config.counters if one.number == QUIET_COUNTER)
    pin = next(one.pin for one in config.agent.buttons if one.service in codes)
    glass.open("/lab")
    page = glass.page
    for kind, gone in (("kiosk", "#blocked"), ("board", "#connecting")):
        _inside(page, kind, gone, state="hidden")
    before = life.office.printed()
    page.locator(_KEY.format(pin=pin)).click(delay=150)
    life.office.wait_printed(before + 1)
    page.wait_for_selector("[data-printer=printer-1] .slip-new img")
    _inside(page, "kiosk", "#result[data-stage=take]")
    label = life.quiet_clerk.verb(QUIET_COUNTER, "call-next")["ticket"]["label"]
    _inside(page, "board", f"#hero-number >> text='{label}'")
    _inside(page, "console", f"#current-number >> text='{label}'", state="attached")
    page.click("[data-printer=printer-2] [data-fault=cover]")
    page.wait_for_selector("#told [data-part=printer-2]", timeout=_WITHIN_MS)
    page.wait_for_timeout(1200)  # the slip has come out, the board no longer blinks
    _write(glass, file, SIZE.width)


def _settle(page: Page, name: str) -> None:
    """Leave what a screen shows for a moment only: a ticket just taken, the wish for a gesture."""
    if name == "kiosk":
        if page.is_visible("#result-done"):
            page.click("#result-done")
        page.wait_for_selector("#result", state="hidden")
    elif name == "board":
        page.mouse.click(2, 2)
        page.wait_for_selector("#sound-on", state="hidden", timeout=_WITHIN_MS)


def _write(glass: Glass, file: Path, width: int) -> None:
    """Write what is seen as a small file: a palette is enough for flat colours."""
    glass.picture(file)
    with Image.open(io.BytesIO(file.read_bytes())) as seen:
        whole = seen.convert("RGB")
    height = round(whole.height * width / whole.width)
    small = (
        whole if width == whole.width else whole.resize((width, height), Image.Resampling.LANCZOS)
    )
    flat = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(file, optimize=True)


def _inside(
    page: Page,
    kind: str,
    selector: str,
    state: Literal["attached", "hidden", "visible"] = "visible",
) -> None:
    found = page.frame_locator(f"[data-screen={kind}] iframe").locator(selector).first
    found.wait_for(state=state, timeout=_WITHIN_MS)
