"""A slip that went wrong: at the other printer, once more, or out of use; on glass and paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.support.browser import Glass
from tests.support.paper import Simulator
from tests.support.programs import Rig
from tests.support.wait import wait_for

FALLBACK = """
[[printers]]
name = "printer-2"
place_vi = "máy in cạnh quầy 3"
port = {port}
width_dots = 384
"""


class TwoPrinters(Rig):
    """The demo's office with a second printer that stands in for the first."""

    other: Simulator

    def prepare(self) -> None:
        super().prepare()
        config = self.data / "moiso.toml"
        text = config.read_text(encoding="utf-8")
        assert text.count('name = "printer-1"') == 1
        text = text.replace('name = "printer-1"', 'name = "printer-1"\nfallback = "printer-2"')
        more = FALLBACK.format(port=self.other.port)
        config.write_text(text + more, encoding="utf-8")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoPrinters]:
    folder = tmp_path_factory.mktemp("two")
    office = TwoPrinters(folder)
    office.other = Simulator(folder / "other", "--speed", "20").await_ready()
    try:
        office.start()
        wait_for(lambda: office.device("printer-2") == "ok", "the second printer")
        yield office
    finally:
        office.stop()
        office.other.close()


@pytest.fixture
def desk(browser: Browser, rig: TwoPrinters) -> Iterator[Glass]:
    glass = Glass(browser, rig.port)
    glass.sign_in(1)
    glass.shown("#do-call-next:not([disabled])")
    yield glass
    assert glass.complaints == []
    glass.close()


def take(rig: Rig, n: str) -> dict:
    token = rig.screen_token("kiosk", "kiosk-1")
    body = {"service": "ho-tich", "request_id": f"slip-again-{n}"}
    answer = rig.post("/api/v1/tickets", body, token=token)
    assert answer.status == 201, answer
    return answer.body


def slips(simulator_state: dict) -> int:
    return int(simulator_state["printed"])


def verify(rig: Rig) -> list[str]:
    from appliance.storage.audit import audit

    return audit(Path(rig.data / "office.sqlite")).problems


def test_while_one_printer_has_no_paper_the_other_prints_and_the_kiosk_says_where(
    rig: TwoPrinters, browser: Browser
) -> None:
    own, other = slips(rig.printed()), slips(rig.other.state())
    kiosk = Glass(browser, rig.port)
    kiosk.open("/kiosk?name=kiosk-1")
    kiosk.shown("[data-service=ho-tich]")
    rig.fault(paper="out")
    try:
        kiosk.text("#notice", "Phiếu sẽ in ra ở máy in cạnh quầy 3")
        kiosk.page.click("[data-service=ho-tich]")
        kiosk.text("#result-paper", "lấy phiếu ở máy in cạnh quầy 3")
        wait_for(lambda: slips(rig.other.state()) == other + 1, "the slip at the other printer")
    finally:
        rig.fault(paper="ok")
    wait_for(lambda: rig.device("printer-1") == "ok", "the first printer")
    kiosk.hidden("#notice")
    assert slips(rig.printed()) == own, "nothing is printed late"
    assert kiosk.complaints == []
    kiosk.close()


def test_a_slip_is_printed_once_more_with_its_mark_and_only_the_last_one_counts(
    rig: TwoPrinters, desk: Glass
) -> None:
    ticket = take(rig, "mark")["ticket"]
    wait_for(lambda: _paper(rig, ticket) == "printed", "the agent's word")
    own = slips(rig.printed())
    button = f'#waiting [data-slip="{ticket["id"]}"]'
    desk.page.click(button)
    desk.text("#slip-paper", "đã in ra giấy")
    found = Axe().run(desk.page)
    assert found.violations_count == 0, found.generate_report()
    desk.page.click("#slip-reprint")
    desk.text("#said", f"Đang in lại phiếu số {ticket['label']} ở máy printer-1")
    wait_for(lambda: slips(rig.printed()) == own + 1, "the reprint")
    wait_for(lambda: _paper(rig, ticket) == "printed", "the agent's word")
    last = rig.data / "ledger-printer-1.sqlite"
    told = _ledger(last)
    assert [state for _, state, _ in told[-2:]] == ["superseded", "printed"]
    assert [slip["reprint_line"] for _, _, slip in told[-2:]] == ["", "BẢN IN LẠI"]
    assert verify(rig) == []


def test_a_half_slip_is_taken_out_of_use_and_its_ticket_still_waits(
    rig: TwoPrinters, desk: Glass
) -> None:
    whole = take(rig, "whole")["ticket"]
    wait_for(lambda: _paper(rig, whole) == "printed", "the printer holds nothing")
    rig.fault(drop_at_byte=3_000)
    ticket = take(rig, "half")["ticket"]
    desk.shown(f'#unprinted [data-slip="{ticket["id"]}"]')
    desk.page.click(f'#unprinted [data-slip="{ticket["id"]}"]')
    desk.text("#slip-paper", "chưa rõ đã in hay chưa")
    desk.page.click("#slip-void")
    desk.text("#said", f"Đã bỏ phiếu số {ticket['label']}")
    desk.hidden("#unprinted-box")
    assert desk.page.locator(f'#waiting [data-slip="{ticket["id"]}"]').count() == 1
    desk.page.click(f'#waiting [data-slip="{ticket["id"]}"]')
    desk.text("#slip-paper", "không còn giá trị")
    desk.page.click("#slip-void")
    desk.text("#slip-error-words", "không có phiếu nào còn giá trị")
    desk.complaints.clear()  # the browser notes the refusal
    desk.page.select_option("#slip-printer", "printer-2")
    other = slips(rig.other.state())
    desk.page.click("#slip-reprint")
    desk.text("#said", "ở máy printer-2")
    wait_for(lambda: slips(rig.other.state()) == other + 1, "the reprint at the other printer")
    assert verify(rig) == []


def test_the_status_page_names_the_standby_and_handles_slips_that_are_not_on_paper(
    rig: TwoPrinters, browser: Browser
) -> None:
    page = Glass(browser, rig.port)
    page.sign_in(1)
    page.open("/status").wait_for_selector("#working li")
    rig.fault(paper="out")
    rig.other.fault(paper="out")
    try:
        page.text("#trouble [data-part='printer-2']", "Máy in hết giấy", 20)
        ticket = take(rig, "status")["ticket"]
        row = f"#unprinted [data-ticket='{ticket['label']}']"
        page.text(row, "printer-", 30)
        rig.other.fault(paper="ok")
        page.text("#trouble [data-part='printer-1']", "Máy printer-2 đang in thay.", 20)
        other = slips(rig.other.state())
        page.page.click(f"{row} button")
        page.text("#slip-paper", "Tình trạng phiếu:")
        found = Axe().run(page.page)
        assert found.violations_count == 0, found.generate_report()
        page.page.click("#slip-reprint")
        page.text("#slip-said", f"Đang in lại phiếu số {ticket['label']} ở máy printer-2")
        wait_for(lambda: slips(rig.other.state()) == other + 1, "the reprint at the standby")
        page.hidden("#unprinted-box")
    finally:
        rig.fault(paper="ok")
        rig.other.fault(paper="ok")
    wait_for(lambda: rig.device("printer-1") == "ok", "the first printer")
    assert page.complaints == []
    page.close()


def _paper(rig: Rig, ticket: dict) -> str:
    token = rig.screen_token("board", "main")
    return str(rig.get(f"/api/v1/tickets/{ticket['id']}", token=token).body["paper"])


def _ledger(path: Path) -> list[tuple[str, str, dict]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT job_id, state, slip FROM job ORDER BY CAST(job_id AS INTEGER)")
        return [(job_id, state, json.loads(slip)) for job_id, state, slip in rows]
