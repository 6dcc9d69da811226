"""One citizen's whole way on real parts: touch, paper, phone, call, voice, counter, rating."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from appliance.storage.audit import audit
from tests.support.browser import WITH_SOUND, Glass, chromium
from tests.support.people import CLERK
from tests.support.programs import Rig, running
from tests.support.wait import wait_for


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running(tmp_path_factory.mktemp("whole"), with_panels=True) as office:
        wait_for(lambda: office.device("agent-panels") == "ok", "the panels' agent is there")
        yield office


@pytest.fixture(scope="module")
def loud(rig: Rig) -> Iterator[Browser]:
    with chromium(*WITH_SOUND) as browser:
        yield browser


@pytest.fixture
def hall(loud: Browser, rig: Rig) -> Iterator[dict[str, Glass]]:
    """Open the screens of the office: kiosk, board, counter, tablet, console, status."""
    glasses = {
        "kiosk": ("/kiosk?name=kiosk-1", "[data-service=ho-tich]", (1080, 1920)),
        "board": ("/board?zone=main", "#counters li", (1920, 1080)),
        "counter": ("/counter?counter=1", "#services li", (800, 480)),
        "tablet": ("/rating?counter=1", "#idle", (1280, 800)),
    }
    opened = {}
    for name, (path, ready, size) in glasses.items():
        opened[name] = Glass(loud, rig.port, *size)
        opened[name].open(path).wait_for_selector(ready)
    opened["console"] = Glass(loud, rig.port)
    opened["console"].sign_in(1)
    opened["console"].shown("#do-call-next:not([disabled])")
    opened["status"] = Glass(loud, rig.port)
    page = opened["status"].open("/login?next=/status")
    page.fill("input[name=username]", CLERK.username)
    page.fill("input[name=password]", CLERK.password)
    page.press("input[name=password]", "Enter")
    opened["status"].shown("#banner")
    wait_for(lambda: _board(rig)["heard"] == "on", "the board may be heard")
    yield opened
    for glass in opened.values():
        assert glass.complaints == []
        glass.close()


def test_one_citizen_from_the_touch_to_the_managers_numbers(
    hall: dict[str, Glass], loud: Browser, rig: Rig
) -> None:
    printed = rig.printed()["printed"]
    hall["kiosk"].page.click("[data-service=ho-tich]")
    hall["kiosk"].text("#result-paper", "Vui lòng lấy phiếu")
    label = hall["kiosk"].page.inner_text("#result-number").strip()
    wait_for(lambda: rig.printed()["printed"] == printed + 1, "the slip, by the printer's count")

    phone = Glass(loud, rig.port, 390, 844)
    phone.open(_path_on_paper(rig))
    phone.text("#number", label)
    phone.text("#ahead-title", "Quý vị là người tiếp theo")

    hall["console"].page.keyboard.press("F2")
    hall["board"].text("#hero-number", label)
    hall["counter"].text("#call-title", "Mời số")
    hall["counter"].text("#call-number", label)
    wait_for(
        lambda: [one["file"] for one in _board(rig)["spoken"]] == [f"{label}-1.wav"],
        "the board's voice played this call, and only this",
        25,
    )
    phone.shown("#told-counter")
    phone.text("#counter", "1")

    hall["console"].page.keyboard.press("F10")
    hall["counter"].text("#rest-title", "Sẵn sàng phục vụ")
    hall["tablet"].text("#number", label)
    wait_for(lambda: _lights(rig) == 5, "the five buttons' lights invite as well")
    hall["tablet"].page.click("[data-level=rat_hai_long]")
    hall["tablet"].shown("#thanks")
    phone.text("#rate-said", "đã đánh giá", timeout_s=20)

    hall["status"].text("#issued", "1", timeout_s=10)
    hall["status"].text("#served", "1", timeout_s=10)
    assert _rated(rig) == [("rat_hai_long", "page")]
    assert "moiso_tickets" in rig.get("/metrics").body
    assert audit(Path(rig.data / "office.sqlite")).problems == []
    assert phone.complaints == []
    phone.close()


def _path_on_paper(rig: Rig) -> str:
    """Return the phone page's path, as a telephone reads it from the last slip."""
    number = rig.printed()["slips"][-1]["n"]
    with urlopen(f"http://127.0.0.1:{rig.printer_http}/slips/{number}.png", timeout=10) as answer:
        slip = Image.open(io.BytesIO(answer.read()))
    texts = [code.text for code in zxingcpp.read_barcodes(slip)]
    (tracking,) = [text for text in texts if "/t/" in text]
    return re.sub(r"^https?://[^/]+", "", tracking)


def _board(rig: Rig) -> dict:
    boards = rig.get("/readyz").body["boards"]
    return next(board for board in boards if board["sound"])


def _lights(rig: Rig) -> int:
    panels = rig.get("/lab/api/state").body["panels"]
    buttons = next(one["buttons"] for one in panels if one["counter"] == 1)
    return sum(1 for one in buttons if one["light"])


def _rated(rig: Rig) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{rig.data}/office.sqlite?mode=ro", uri=True)) as db:
        return db.execute("SELECT level, via FROM rating_presses").fetchall()
