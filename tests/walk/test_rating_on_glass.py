"""A served citizen rates: by a button on a pin, on the tablet, on the phone; in a real Chromium."""

from __future__ import annotations

import itertools
import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from appliance.domain.rating import Rule
from appliance.storage import ratings
from appliance.storage.audit import audit
from appliance.storage.engine import Database
from tests.support.browser import Glass
from tests.support.people import Person, clerk
from tests.support.programs import Rig, running
from tests.support.wait import wait_for

COUNTER = 1
LAB = {"X-Moiso-Lab": "1"}
_ids = itertools.count(1)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running(tmp_path_factory.mktemp("rating")) as office:
        office.panels.start()
        wait_for(lambda: office.device("agent-panels") == "ok", "the panels' agent is there")
        yield office


@pytest.fixture(scope="module")
def lan(rig: Rig) -> Person:
    return clerk(rig.port)


@pytest.fixture
def tablet(browser: Browser, rig: Rig) -> Iterator[Glass]:
    glass = Glass(browser, rig.port, 1280, 800)
    glass.open(f"/rating?counter={COUNTER}")
    glass.hidden("#connecting")
    yield glass
    glass.close()
    assert glass.complaints == []


def serve(rig: Rig, lan: Person) -> tuple[str, str, int]:
    """Serve one citizen at the counter; return the label, the phone's path and the ticket's id."""
    token = rig.screen_token("kiosk", "kiosk-1")
    body = {"service": "ho-tich", "request_id": f"walk-rating-{next(_ids):04d}"}
    given = rig.post("/api/v1/tickets", body, token=token).body
    assert lan.verb(COUNTER, "call-next").body["ticket"]["id"] == given["ticket"]["id"]
    assert lan.verb(COUNTER, "finish").status == 200
    path = "/t/" + given["url"].rpartition("/t/")[2]
    return given["ticket"]["label"], path, given["ticket"]["id"]


def counted(rig: Rig, ticket: int) -> tuple[str, str] | None:
    """Return level and way of the press that counts for the ticket, from the database itself."""
    database = Database(rig.data / "office.sqlite")
    try:
        with database.read() as conn:
            found = ratings.counted(conn, ticket)
            return None if found is None else (found.level.value, found.via)
    finally:
        database.close()


def rules(rig: Rig, ticket: int) -> list[str]:
    database = Database(rig.data / "office.sqlite")
    try:
        with database.read() as conn:
            found = ratings.of_ticket(conn, ticket)
            said = ratings.judge_all(found)
            return [said[one.press.id].value for one in found]
    finally:
        database.close()


def panel(rig: Rig, counter: int = COUNTER) -> list[dict]:
    panels = rig.get("/lab/api/state").body["panels"]
    return next(one["buttons"] for one in panels if one["counter"] == counter)


def drive(rig: Rig, pin: int, level: str) -> None:
    body = {"pin": pin, "level": level, "panel": True}
    assert rig.post("/lab/api/press", body, headers=LAB).status == 200


def push(rig: Rig, level: str, counter: int = COUNTER) -> None:
    """Push a panel's button until its pin was seen low for long enough to be a press."""
    pin = next(one["pin"] for one in panel(rig, counter) if one["rating"] == level)
    drive(rig, pin, "low")
    wait_for(
        lambda: any(one["pin"] == pin and one["light"] for one in panel(rig, counter)), "its light"
    )
    drive(rig, pin, "high")


def test_a_push_on_a_pin_rates_the_citizen_who_was_just_served(rig: Rig, lan: Person):
    _label, _path, ticket = serve(rig, lan)
    wait_for(lambda: all(one["light"] for one in panel(rig)), "all five lights invite")
    assert not any(one["light"] for one in panel(rig, 2))
    pin = next(one["pin"] for one in panel(rig) if one["rating"] == "hai_long")
    drive(rig, pin, "low")
    wait_for(lambda: counted(rig, ticket), "the rating counts")
    drive(rig, pin, "high")
    assert counted(rig, ticket) == ("hai_long", "pin")
    wait_for(lambda: not any(one["light"] for one in panel(rig)), "thanks and invitation end")


def test_a_push_for_nobody_is_kept_and_excluded(rig: Rig):
    push(rig, "rat_khong_hai_long", counter=2)

    def excluded() -> bool:
        with_codes = _excluded(rig, 2)
        return with_codes == {Rule.NO_TICKET.value: 1}

    wait_for(excluded, "the press is stored with its code")


def _excluded(rig: Rig, counter: int) -> dict[str, int]:
    database = Database(rig.data / "office.sqlite")
    try:
        with database.read() as conn:
            tallies = ratings.tallies(conn, date(2026, 11, 23))
            return next((one.excluded for one in tallies if one.counter == counter), {})
    finally:
        database.close()


def test_the_tablet_asks_thanks_with_one_tap_and_is_ready_for_the_next(
    rig: Rig, lan: Person, tablet: Glass
):
    tablet.shown("#idle")
    tablet.text("#idle-title", "Xin mời quý vị đánh giá sau khi được phục vụ")
    label, _path, ticket = serve(rig, lan)
    tablet.shown("#ask")
    tablet.text("#number", label)
    assert tablet.page.locator("#levels .level").count() == 5
    tablet.page.click("[data-level=rat_hai_long]")
    tablet.shown("#thanks")
    tablet.hidden("#why")
    assert counted(rig, ticket) == ("rat_hai_long", "page")
    tablet.shown("#idle", timeout_s=12)
    assert tablet.same_page()


def test_a_bad_level_is_stored_before_reasons_are_asked_and_needs_no_more_taps(
    rig: Rig, lan: Person, tablet: Glass
):
    _label, _path, ticket = serve(rig, lan)
    tablet.shown("#ask")
    tablet.page.click("[data-level=khong_hai_long]")
    tablet.shown("#why")
    assert counted(rig, ticket) == ("khong_hai_long", "page")
    assert tablet.page.locator("#reasons .reason").count() == 6
    tablet.text("#leave", "Bỏ qua")
    tablet.page.click("[data-reason=cho_lau]")
    tablet.page.click("[data-reason=khac]")
    tablet.text("#leave", "Gửi lý do")
    tablet.page.click("#leave")
    tablet.shown("#idle")
    wait_for(lambda: _reasons(rig) == [["cho_lau", "khac"]], "the reasons are stored")
    assert audit(rig.data / "office.sqlite").problems == []


def test_who_is_served_next_is_asked_though_the_last_one_left_the_reasons_open(
    rig: Rig, lan: Person, tablet: Glass
):
    serve(rig, lan)
    tablet.shown("#ask")
    tablet.page.click("[data-level=rat_khong_hai_long]")
    tablet.shown("#why")
    label, _path, ticket = serve(rig, lan)
    tablet.shown("#ask")
    tablet.text("#number", label)
    tablet.page.click("[data-level=binh_thuong]")
    tablet.shown("#thanks")
    assert counted(rig, ticket) == ("binh_thuong", "page")


def test_a_change_of_mind_on_the_tablet_supersedes(rig: Rig, lan: Person, tablet: Glass):
    _label, _path, ticket = serve(rig, lan)
    tablet.shown("#ask")
    tablet.page.click("[data-level=rat_khong_hai_long]")
    tablet.page.click("#change")
    tablet.page.click("[data-level=rat_hai_long]")
    tablet.text("#thanks-level", "Rất hài lòng")
    assert rules(rig, ticket) == ["superseded", "counted"]
    assert counted(rig, ticket) == ("rat_hai_long", "page")


def test_a_telephone_serves_as_a_tablet(rig: Rig, lan: Person, tablet: Glass):
    tablet.page.set_viewport_size({"width": 390, "height": 844})
    serve(rig, lan)
    room = "n => (b => [b.left, 390 - b.right, 844 - b.bottom])(n.getBoundingClientRect())"
    for selector in ("[data-level=khong_hai_long]", "[data-reason=cho_lau]", "#leave"):
        tablet.shown(selector)
        assert tablet.page.evaluate("document.documentElement.scrollWidth") == 390
        assert min(tablet.page.locator(selector).evaluate(room)) >= 0, "nothing of it is cut"
        tablet.page.click(selector)


def test_the_tablet_speaks_english_and_a_press_on_the_pin_ends_its_question(
    rig: Rig, lan: Person, tablet: Glass
):
    tablet.page.click("[data-language=en]")
    tablet.text("#idle-title", "Please rate")
    _label, _path, ticket = serve(rig, lan)
    tablet.text("#levels", "Very dissatisfied")
    pin = next(one["pin"] for one in panel(rig) if one["rating"] == "hai_long")
    drive(rig, pin, "low")
    tablet.shown("#idle")
    drive(rig, pin, "high")
    assert counted(rig, ticket) == ("hai_long", "pin")


def test_the_phone_rates_after_the_service_and_only_once(
    browser: Browser, rig: Rig, lan: Person, tablet: Glass
):
    _label, path, ticket = serve(rig, lan)
    phone = Glass(browser, rig.port, 390, 844)
    phone.open(path)
    phone.shown("#rate-ask")
    phone.page.click("[data-level=khong_hai_long]")
    phone.shown("#rate-why")
    assert counted(rig, ticket) == ("khong_hai_long", "phone")
    phone.page.click("#rate-reasons [data-reason=thai_do]")
    phone.page.click("#rate-leave")
    phone.hidden("#rate-why")
    wait_for(lambda: ["thai_do"] in _reasons(rig), "the reasons are stored")
    tablet.shown("#idle")
    phone.open(path)
    phone.text("#rate-said", "đã đánh giá", timeout_s=20)
    assert phone.complaints == []
    phone.close()


def test_the_tablet_says_mat_ket_noi_and_asks_nobody_without_a_server(
    browser: Browser, rig: Rig, lan: Person
):
    glass = Glass(browser, rig.port, 1366, 768)
    glass.open(f"/rating?counter={COUNTER}")
    glass.hidden("#connecting")
    serve(rig, lan)
    glass.shown("#ask")
    rig.server.kill()
    glass.text(".lost", "Mất kết nối")
    glass.hidden("#ask")
    rig.server.start()
    glass.hidden(".lost", timeout_s=30)
    glass.shown("#ask")
    assert glass.same_page()
    glass.close()


def test_a_press_while_the_server_is_down_counts_by_its_own_time(rig: Rig, lan: Person):
    wait_for(rig.is_ready, "the server is back")
    _label, _path, ticket = serve(rig, lan)
    wait_for(lambda: all(one["light"] for one in panel(rig)), "the panel invites")
    pin = next(one["pin"] for one in panel(rig) if one["rating"] == "rat_hai_long")
    rig.server.kill()
    control = rig.data / "panels" / "agent.sock"
    _drive_without_server(control, pin)
    rig.server.start()
    wait_for(rig.is_ready, "the server is back")
    wait_for(lambda: counted(rig, ticket) == ("rat_hai_long", "pin"), "the rating counts", 30)
    assert audit(rig.data / "office.sqlite").problems == []


def _drive_without_server(control: Path, pin: int) -> None:
    def say(level: str) -> None:
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(control))
            link.sendall(json.dumps({"op": "drive", "pin": pin, "level": level}).encode() + b"\n")
            assert b"true" in link.recv(100)

    def journaled() -> int:
        with closing(sqlite3.connect(control.with_name("agent.sqlite"))) as journal:
            return int(journal.execute("SELECT count(*) FROM press").fetchone()[0])

    before = journaled()
    say("low")
    wait_for(lambda: journaled() == before + 1, "the press is in the journal")
    say("high")


def _reasons(rig: Rig) -> list[list[str]]:
    with closing(sqlite3.connect(rig.data / "office.sqlite")) as office:
        rows = office.execute("SELECT reasons FROM rating_reasons ORDER BY id").fetchall()
    return [json.loads(row[0]) for row in rows]
