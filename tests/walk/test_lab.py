"""The lab as a newcomer uses it: break a printer by a click, read what is broken, mend it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.http.kit import rows
from tests.support.browser import Glass
from tests.support.programs import Rig, running
from tests.support.wait import wait_for

WORDS = {
    "paper_out": ("Máy in hết giấy", "thay cuộn giấy mới"),
    "near_end": ("Máy in sắp hết giấy", "Chuẩn bị sẵn một cuộn giấy"),
    "cover": ("Nắp máy in đang mở", "Đóng nắp máy in"),
    "cutter": ("Dao cắt giấy bị kẹt", "gỡ giấy kẹt ở dao cắt"),
    "overheat": ("Đầu in quá nóng", "Để máy in nghỉ vài phút"),
    "broken": ("Máy in báo lỗi nghiêm trọng", "gọi kỹ thuật viên"),
    "offline": ("Máy in đang bị tạm dừng tại máy", "Bấm nút FEED"),
    "power": ("Thiết bị đã bị rút dây hoặc mất nguồn", "Cắm lại dây nguồn"),
    "silent": ("Máy in im lặng, chưa rõ có in được không", "tắt máy in rồi bật lại"),
    "garbage": ("Máy in trả lời sai", "kiểm tra dây nối"),
    "babbles": ("Máy in trả lời sai", "kiểm tra dây nối"),
    "swallow": ("Máy in im lặng, chưa rõ có in được không", "tắt máy in rồi bật lại"),
}
PASSING = ("drop", "line", "cycle")
SCREENS = (
    *("board", "kiosk", "kiosk-kiosk-2", "console"),
    *("panel-1", "phone", "status", "counter-1"),
)
WITHIN_S = 20


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("lab")
    with running(folder, with_panels=True, with_second_printer=True) as office:
        yield office


@pytest.fixture
def lab(browser: Browser, rig: Rig) -> Iterator[Glass]:
    glass = Glass(browser, rig.port)
    glass.open("/lab").wait_for_selector("#issue-buttons .key")
    glass.shown('[data-printer="printer-2"] [data-fault="cycle"]')
    yield glass
    glass.close()
    assert glass.complaints == []


def click(lab: Glass, fault: str, printer: str = "printer-1") -> None:
    lab.page.click(f'[data-printer="{printer}"] [data-fault="{fault}"]')


def line_of(printer: str = "printer-1") -> str:
    return f'#told [data-part="{printer}"]'


def pushed(lab: Glass, fault: str, printer: str = "printer-1") -> bool:
    button = lab.page.locator(f'[data-printer="{printer}"] [data-fault="{fault}"]')
    return button.get_attribute("aria-pressed") == "true"


def test_every_fault_that_a_printer_can_have_has_a_button(lab: Glass) -> None:
    for printer in ("printer-1", "printer-2"):
        buttons = lab.page.locator(f'[data-printer="{printer}"] [data-fault]')
        names = [one.get_attribute("data-fault") for one in buttons.all()]
        assert sorted(map(str, names)) == sorted([*WORDS, *PASSING, "slow"])


@pytest.mark.parametrize("fault", WORDS)
def test_a_click_breaks_a_printer_and_the_system_says_what_and_what_to_do(
    lab: Glass, rig: Rig, fault: str
) -> None:
    cause, remedy = WORDS[fault]
    click(lab, fault)
    lab.text(line_of(), cause, timeout_s=WITHIN_S)
    lab.text(line_of(), remedy)
    wait_for(lambda: pushed(lab, fault), "the button stays down")
    click(lab, fault)
    lab.hidden(line_of(), timeout_s=WITHIN_S)
    wait_for(lambda: not pushed(lab, fault), "the button is up again")
    assert rig.device("printer-1") == "ok"


@pytest.mark.parametrize("fault", PASSING)
def test_a_broken_line_or_a_power_cut_passes_and_the_next_slip_comes(
    lab: Glass, rig: Rig, fault: str
) -> None:
    def printed() -> int:
        # The other printer stands in for one whose line is not back yet.
        return int(rig.printed()["printed"] + rig.printed_by_second()["printed"])

    def slips() -> list[str]:
        return [str(state) for (state,) in rows(rig, "SELECT state FROM print_jobs ORDER BY id")]

    def press(key: int) -> str:
        """Press a button and return how its slip ended."""
        before = len(slips())
        lab.page.locator("#issue-buttons .key").nth(key).click(delay=150)
        wait_for(lambda: len(slips()) > before, "the slip is queued")
        wait_for(lambda: not {"queued", "sending", "sent"} & set(slips()), "every slip has ended")
        return slips()[-1]

    click(lab, fault)
    if fault == "drop":
        wait_for(lambda: pushed(lab, fault), "the line will drop")
        assert press(0) in {"printed", "unknown"}, "a slip is whole, or known to be torn"
    wait_for(lambda: rig.printed()["faults"]["drop_at_byte"] is None, "the line has dropped")
    wait_for(lambda: rig.device("printer-1") == "ok", "the printer is known as well", 30)

    before = printed()
    # Not a button of just before: within 3 s that would be the same press.
    assert press(1 + PASSING.index(fault)) == "printed"
    assert printed() == before + 1, "the slip is on paper, at one of them"


def test_a_slow_printer_is_not_called_broken_and_its_slip_comes(lab: Glass, rig: Rig) -> None:
    before = rig.printed()["printed"]
    click(lab, "slow")
    wait_for(lambda: rig.printed()["faults"]["slow"], "the printer is slow")
    lab.page.locator("#issue-buttons .key").nth(2).click(delay=150)
    wait_for(lambda: rig.printed()["printed"] == before + 1, "the slip is on paper")
    lab.hidden(line_of())
    click(lab, "slow")
    wait_for(lambda: not rig.printed()["faults"]["slow"], "the printer is itself again")


def test_one_click_mends_everything_at_both_printers(lab: Glass, rig: Rig) -> None:
    for fault in ("paper_out", "cutter", "silent"):
        click(lab, fault)
    for fault in ("cover", "overheat"):
        click(lab, fault, "printer-2")
    lab.shown(line_of("printer-2"), timeout_s=WITHIN_S)
    lab.shown(line_of(), timeout_s=WITHIN_S)
    lab.page.click("#mend")
    lab.hidden(line_of(), timeout_s=WITHIN_S)
    lab.hidden(line_of("printer-2"), timeout_s=WITHIN_S)
    assert rig.printed()["online"]
    assert rig.printed_by_second()["online"]


def test_the_other_printers_slip_is_seen_while_the_first_has_no_paper(lab: Glass, rig: Rig) -> None:
    click(lab, "paper_out")
    wait_for(lambda: rig.device("printer-1") == "failed", "the fault is known")
    before = rig.printed_by_second()["printed"]
    lab.page.locator("#issue-buttons .key").nth(3).click(delay=150)
    wait_for(lambda: rig.printed_by_second()["printed"] == before + 1, "the slip is on paper")
    lab.shown('[data-printer="printer-2"] .slip-new img')
    width = lab.page.locator('[data-printer="printer-2"] .slip-new img').evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert width == 384
    lab.page.click("#mend")
    lab.hidden(line_of(), timeout_s=WITHIN_S)


def test_one_page_shows_the_whole_office_at_work(lab: Glass) -> None:
    page = lab.page
    names = [one.get_attribute("data-screen") for one in page.locator("[data-screen]").all()]
    assert names == list(SCREENS)
    page.click("[data-sign-in] >> nth=0")
    console = page.frame_locator('[data-screen="console"] iframe')
    console.locator("#do-call-next:not([disabled])").wait_for()
    page.frame_locator('[data-screen="status"] iframe').locator("#working li").first.wait_for()

    page.locator("#issue-buttons .key").first.click(delay=150)
    phone = page.frame_locator('[data-screen="phone"] iframe')
    phone.locator("#number").wait_for()
    page.locator("#call-buttons .key").first.click(delay=150)
    number = page.frame_locator('[data-screen="board"] iframe').locator("#hero-number")
    number.wait_for()
    console.locator("#current-number").wait_for()

    console.locator("#do-finish").click()
    lights = page.locator("#panels .box-panel >> nth=0").locator(".key-lit")
    wait_for(lambda: lights.count() == 5, "all five lights invite")
    page.locator("#panels .box-panel >> nth=0").locator(".key").nth(1).click(delay=250)
    tablet = page.frame_locator('[data-screen="panel-1"] iframe')
    tablet.locator("#idle").wait_for()
    wait_for(lambda: lights.count() < 5, "the lights thank")


def test_five_steps_tell_a_newcomer_what_to_try(lab: Glass) -> None:
    steps = [step.inner_text() for step in lab.page.locator(".try-list li").all()]
    assert len(steps) == 5
    for word, step in zip(("lấy số", "gọi", "Hết giấy", "Sửa hết", "đánh giá"), steps, strict=True):
        assert word in step


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1024, 768), (390, 844)])
def test_nothing_is_wider_than_the_screen_and_a_wide_one_needs_no_scrolling(
    browser: Browser, rig: Rig, width: int, height: int
) -> None:
    glass = Glass(browser, rig.port, width, height)
    glass.open("/lab").wait_for_selector('[data-printer="printer-2"]')
    fits(glass, width, height)
    # What the system says takes room from the screens; they are never cut.
    for printer in ("printer-1", "printer-2"):
        click(glass, "paper_out", printer)
        glass.shown(line_of(printer), timeout_s=WITHIN_S)
    fits(glass, width, height)
    glass.page.click("#mend")
    glass.hidden(line_of(), timeout_s=WITHIN_S)
    glass.hidden(line_of("printer-2"), timeout_s=WITHIN_S)
    glass.close()


def fits(glass: Glass, width: int, height: int) -> None:
    assert glass.page.evaluate("document.documentElement.scrollWidth") == width
    if width <= 1100:
        return
    assert glass.page.evaluate("document.documentElement.scrollHeight") == height
    for box in ("screens", "printers"):
        wait_for(lambda box=box: hidden_of(glass, box) <= 0, f"the {box} are seen whole")


def hidden_of(glass: Glass, box: str) -> int:
    """Return how much of a box, in pixels, is to be had by scrolling only."""
    return int(
        glass.page.evaluate(
            "id => { const box = document.getElementById(id);"
            " return box.scrollHeight - box.clientHeight; }",
            box,
        )
    )


def test_the_lab_refuses_what_no_printer_has(rig: Rig) -> None:
    lab = {"X-Moiso-Lab": "1"}
    for body, status, code in (
        ({"printer": "printer-9", "faults": {"paper": "out"}}, 404, "unknown_printer"),
        ({"printer": "printer-1", "faults": {"paper": "wet"}}, 422, "bad_field"),
        ({"printer": "printer-1", "faults": {"paper": "out", "fire": True}}, 422, "bad_field"),
        ({"printer": "printer-1"}, 422, "bad_field"),
    ):
        answer = rig.post("/lab/api/fault", body, headers=lab)
        assert (answer.status, answer.code) == (status, code), body
    assert rig.printed()["faults"]["paper"] == "ok"
    for path in ("printer-9/1", "printer-1/99999"):
        assert rig.get(f"/lab/api/slips/{path}.png").status == 404
