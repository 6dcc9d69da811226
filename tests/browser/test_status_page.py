"""The status page as staff see it: what breaks is named with its remedy within 15 s, and clears."""

from __future__ import annotations

import re

import pytest

from appliance.domain.rating_batches import BATCH
from tests.support.browser import Glass
from tests.support.people import ADMINISTRATOR, clerk
from tests.support.programs import running
from tests.support.wait import wait_for

TOLD_WITHIN_S = 15
# A board that shall speak would be missed from the beginning.
SILENT = """
[[boards]]
name = "main"
zone = "main"
"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with running(tmp_path_factory.mktemp("status"), with_panels=True, more_config=SILENT) as office:
        yield office


@pytest.fixture(scope="module")
def status(browser, rig):
    glass = Glass(browser, rig.port)
    page = glass.open("/login?next=/status")
    page.fill("input[name=username]", ADMINISTRATOR.username)
    page.fill("input[name=password]", ADMINISTRATOR.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#working li")
    page.evaluate("window.neverReloaded = true")
    yield glass
    assert glass.same_page()
    assert glass.complaints == []
    glass.close()


@pytest.fixture
def board(browser, rig):
    glass = Glass(browser, rig.port)
    glass.open("/board?zone=main").wait_for_selector("#counters li")
    yield glass
    glass.close()


def part(name: str, where: str) -> str:
    return f"#{where} [data-part^='{name}']"


def left(status) -> int:
    """Return the slips that the paper is said to last for."""
    words = status.page.inner_text("#paper [data-printer='printer-1'] .paper-left")
    return int(re.search(r"\d+", words)[0])


def test_an_office_without_trouble_says_so(status, rig):
    status.text("#banner", "Mọi thiết bị hoạt động tốt", TOLD_WITHIN_S)
    for name in ("server", "agent-main", "printer-1", "buttons-main", "host:disk"):
        status.shown(part(name, "working"))
    status.hidden("#trouble-box")


def test_a_printer_without_paper_is_named_with_what_to_do(status, rig):
    rig.fault(paper="out")
    status.text(part("printer-1", "trouble"), "Máy in hết giấy", TOLD_WITHIN_S)
    status.text(part("printer-1", "trouble"), "thay cuộn giấy mới")
    status.text("#banner", "cần xử lý")
    rig.fault(paper="ok")
    status.shown(part("printer-1", "working"), TOLD_WITHIN_S)
    status.text("#banner", "Mọi thiết bị hoạt động tốt", TOLD_WITHIN_S)


TWICE_AS_LARGE = """(size) => {
  document.documentElement.style.fontSize = size;
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}"""


def test_letters_twice_as_large_fit_on_a_phone(status):
    before = status.page.viewport_size
    status.page.set_viewport_size({"width": 360, "height": 780})
    assert status.page.evaluate(TWICE_AS_LARGE, "200%") <= 0
    status.page.set_viewport_size(before)
    status.page.evaluate(TWICE_AS_LARGE, "")


def test_a_board_that_goes_away_is_missed_and_welcomed_back(status, board, rig):
    status.shown(part("board:", "working"), TOLD_WITHIN_S)
    board.page.goto("about:blank")
    status.text(part("board:", "trouble"), "không kết nối", TOLD_WITHIN_S)
    board.open("/board?zone=main").wait_for_selector("#counters li")
    status.shown(part("board:", "working"), TOLD_WITHIN_S)


def test_a_new_roll_is_one_press_and_the_count_begins_anew(status, rig):
    row = "#paper [data-printer='printer-1']"
    token = rig.screen_token("kiosk", "kiosk-1")
    guessed = left(status)
    given = []
    for n in (1, 2, 3):
        body = {"service": "ho-tich", "request_id": f"status-paper-{n}"}
        answer = rig.post("/api/v1/tickets", body, token=token)
        assert answer.status == 201
        given.append(f"/api/v1/tickets/{answer.body['ticket']['id']}")
    # A slip that comes later would be one of the new roll.
    reader = rig.screen_token("board", "main")
    wait_for(
        lambda: all(rig.get(path, token=reader).body["paper"] == "printed" for path in given),
        "the slips are on paper",
    )
    # The length of a slip is known from the first one on.
    wait_for(lambda: left(status) != guessed, "the slips are counted", TOLD_WITHIN_S)
    status.text(row, "chưa ghi lần thay cuộn nào")
    used = left(status)
    status.page.click(f"{row} button")
    status.text(row, "máy printer-1 có cuộn giấy mới")
    status.text(row, "thay cuộn lúc")
    wait_for(lambda: left(status) > used, "the count of a new roll")


def test_a_press_while_the_agent_is_dead_is_not_taken_for_done(status, rig):
    row = "#paper [data-printer='printer-1']"
    rig.agent.kill()
    status.text(row, "Chưa rõ còn bao nhiêu giấy", TOLD_WITHIN_S)
    status.page.click(f"{row} button")
    status.text(row, "mất liên lạc với máy điều khiển của máy in printer-1")
    # The browser's own word for an answer of 409.
    status.complaints[:] = [line for line in status.complaints if "409" not in line]
    rig.agent.start()
    status.text(row, "Giấy còn khoảng", 2 * TOLD_WITHIN_S)
    status.page.click(f"{row} button")
    status.text(row, "máy printer-1 có cuộn giấy mới")


def test_a_killed_agent_makes_what_it_owns_unknown(status, rig):
    rig.agent.kill()
    for name in ("agent-main", "printer-1", "buttons-main"):
        status.text(part(name, "trouble"), "Chưa rõ", TOLD_WITHIN_S)
    rig.agent.start()
    for name in ("agent-main", "printer-1", "buttons-main"):
        status.shown(part(name, "working"), 2 * TOLD_WITHIN_S)


def test_todays_numbers_follow_the_queue(status, rig):
    before = int(status.page.inner_text("#issued"))
    person = clerk(rig.port)
    body = {"service": "ho-tich", "request_id": "status-page-1"}
    assert person.post("/api/v1/tickets", body).status == 201
    status.text("#issued", str(before + 1))
    assert person.verb(1, "call-next").status == 200
    status.text("#at-counter", "1")
    assert person.verb(1, "finish").status == 200
    status.text("#served", "1")
    status.text("#within", "100%")


def test_ratings_follow_the_panel_and_levels_are_for_supervisors(status, browser, rig):
    panel, person = rig.screen_token("panel", "1"), clerk(rig.port)
    levels = "#ratings [data-level]"

    def rated(n, level="rat_hai_long"):
        body = {"service": "ho-tich", "request_id": f"status-rated-{n}"}
        assert person.post("/api/v1/tickets", body).status == 201
        assert person.verb(1, "call-next").status == 200
        assert person.verb(1, "finish").status == 200
        press = {"counter": 1, "level": level, "request_id": f"status-rating-{n}"}
        assert rig.post("/api/v1/ratings", press, token=panel).body["rule"] == "counted"

    for n in range(1, BATCH):
        rated(n)
    status.text("#ratings .scale-n", f"{BATCH - 1} lượt đánh giá hôm nay")
    status.text("#ratings [data-counter='1'] .scale-sum", str(BATCH - 1))
    status.text("#ratings [data-counter='1']", "–")
    status.text("#ratings .scale-batch", "theo từng nhóm 5 lượt")
    assert status.page.query_selector(levels) is None
    rated(BATCH)
    status.text(f"{levels}[data-level=rat_hai_long] .scale-count", str(BATCH))
    status.text("#ratings", "Chưa đủ dữ liệu")
    rated(BATCH + 1, "khong_hai_long")
    status.text("#ratings [data-counter='1'] .scale-sum", str(BATCH + 1))
    status.text(f"{levels}[data-level=khong_hai_long] .scale-count", "0")
    glass = Glass(browser, rig.port)
    glass.sign_in(1)
    glass.open("/status").wait_for_selector("#working li")
    again = {"counter": 1, "level": "hai_long", "request_id": "status-rating-again"}
    assert rig.post("/api/v1/ratings", again, token=panel).status == 201
    # Live, too, a clerk sees that something was pressed, and not what.
    glass.text("#ratings .scale-excluded", "Lần bấm không tính: 1")
    glass.text("#ratings", "Chỉ lãnh đạo xem được mức đánh giá.")
    assert glass.page.query_selector("#ratings [data-level]") is None
    assert glass.complaints == []
    glass.close()


def test_a_page_without_its_server_says_so(status, rig):
    rig.server.kill()
    status.text(".lost", "Mất kết nối")
    rig.server.start()
    status.hidden(".lost", 20)
    status.shown(part("server", "working"))
    status.forgive_lost_server()
