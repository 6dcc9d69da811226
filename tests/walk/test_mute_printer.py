"""A printer on a way that brings no answers: nothing is proved, nothing is called broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Glass
from tests.support.programs import Rig
from tests.support.wait import wait_for

# Room for a few slips before the warning.
_SHORT_ROLL = "can_answer = false\nroll_mm = 300\nwarn_tickets = 3"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    office = Rig(tmp_path_factory.mktemp("mute"))
    try:
        office.prepare()
        config = office.data / "moiso.toml"
        text = config.read_text(encoding="utf-8")
        text, found = re.subn(r"^roll_mm = \d+$", _SHORT_ROLL, text, count=1, flags=re.MULTILINE)
        assert found
        config.write_text(text, encoding="utf-8")
        for program in (office.printer, office.server, office.agent):
            program.start()
        office.wait_ready()
        wait_for(lambda: line(office) == ("unknown", ["cannot_answer"]), "the printer is known")
        yield office
    finally:
        office.stop()


def line(rig: Rig) -> tuple[str, list[str]]:
    found = [one for one in rig.get("/api/v1/status").body["lines"] if one["part"] == "printer-1"]
    return (found[0]["state"], found[0]["causes"]) if found else ("", [])


def test_it_prints_is_nobodys_trouble_and_still_warns_before_the_roll_ends(
    browser: Browser, rig: Rig
) -> None:
    (told,) = [x for x in rig.get("/api/v1/status").body["lines"] if x["part"] == "printer-1"]
    assert told["attention"] is False
    kiosk, console = Glass(browser, rig.port), Glass(browser, rig.port)
    kiosk.open("/kiosk?name=kiosk-1").wait_for_selector(".service")
    console.sign_in(1)
    console.shown("#all-well")
    kiosk.hidden("#notice")
    kiosk.page.click("[data-service=ho-tich]")
    kiosk.text("#result-paper", "lấy phiếu")
    wait_for(lambda: rig.printed()["printed"] == 1, "the slip is on paper")
    wait_for(
        lambda: line(rig) == ("degraded", ["paper_near_end", "cannot_answer"]),
        "its counted paper is nearly used up",
    )
    console.text("#trouble", "sắp hết giấy")
    assert kiosk.complaints == console.complaints == []
    kiosk.close()
    console.close()
