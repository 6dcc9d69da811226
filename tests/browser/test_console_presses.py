"""The console under a nervous hand and a deaf network: no citizen is called away unserved.

Longer than 300 lines because all of it shares one running office.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from appliance.domain.press import REPEAT_MS
from tests.http.kit import clear, office, rows, taken
from tests.support.browser import Glass, LiveWire
from tests.support.people import clerk
from tests.support.requests import asked, unheard
from tests.support.wait import wait_for

CALL = "**/api/v1/counters/1/call-next"
READY = "#do-call-next:not([disabled])"
HELD = "#do-call-next.action-held[disabled]"


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("presses")) as found:
        yield found


@pytest.fixture
def queue(rig) -> list[str]:
    """Give the labels of three citizens who wait for counter 1, and nobody else."""
    clear(rig)
    token = rig.screen_token("kiosk", "kiosk-2")
    return [taken(rig, token)["label"] for _ in range(3)]


@pytest.fixture
def desk(browser, rig, queue):
    yield from _console(browser, rig)


@pytest.fixture
def second_desk(browser, rig, queue):
    yield from _console(browser, rig)


def _console(browser, rig):
    glass = Glass(browser, rig.port)
    glass.sign_in(1).wait_for_selector(READY)
    yield glass
    assert glass.complaints == []
    assert glass.same_page()
    glass.close()


@pytest.fixture
def slow_desk(browser, rig, queue):
    glass = Glass(browser, rig.port)
    live = LiveWire(glass.page)
    glass.sign_in(1).wait_for_selector(READY)
    yield glass, live
    assert glass.complaints == []
    glass.close()


def states(rig, queue: list[str]) -> list[str]:
    found = dict(rows(rig, "SELECT label, state FROM tickets"))
    return [found[label] for label in queue]


def stop_time(glass: Glass) -> None:
    """Let no time pass on the page: a hold lasts until the test has looked and lets it pass."""
    glass.page.clock.install()
    glass.page.clock.pause_at(glass.page.evaluate("Date.now()") / 1000 + 1)


def let_the_hold_pass(glass: Glass) -> None:
    glass.page.clock.run_for(REPEAT_MS)
    glass.page.wait_for_selector(READY)


def test_a_call_repeated_while_the_server_stalls_is_one_call(desk, rig, queue):
    bodies = asked(desk, "/call-next")
    rig.server.freeze()
    try:
        desk.page.keyboard.press("F2")
        desk.text("#said", "Máy chủ chưa trả lời")
        desk.page.keyboard.press("F2")
        wait_for(lambda: desk.page.evaluate("true") and len(bodies) == 2, "the second was sent")
    finally:
        rig.server.thaw()
    desk.text("#current-number", queue[0])
    desk.text("#said", f"Đã mời số {queue[0]}")
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    assert bodies[0] == bodies[1]


def test_a_call_that_never_reached_the_server_is_made_by_the_next_press(desk, rig, queue):
    bodies = asked(desk, "/call-next")
    unheard(desk, CALL, done=False)
    desk.page.keyboard.press("F2")
    desk.text("#said", "Máy chủ chưa trả lời")
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[0])
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    assert bodies[0] == bodies[1]
    desk.complaints.clear()  # the browser notes the lost answer


def test_a_call_that_was_done_unheard_is_told_and_not_asked_for_again(desk, rig, queue):
    stop_time(desk)
    unheard(desk, CALL, done=True)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[0])
    desk.text("#said", f"Đã mời số {queue[0]}")
    desk.page.keyboard.press("F2")
    desk.text("#said", "lần nhấn này không được tính")
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    let_the_hold_pass(desk)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[1])
    assert states(rig, queue) == ["finished", "called", "waiting"]
    desk.complaints.clear()


def test_two_quick_strokes_call_one_citizen_and_the_key_is_free_again_soon(desk, rig, queue):
    stop_time(desk)
    desk.page.keyboard.press("F2")
    desk.text("#said", f"Đã mời số {queue[0]}")
    desk.page.keyboard.press("F2")
    desk.text("#said", f"Vừa mời số {queue[0]}, nên lần nhấn này không được tính")
    expect(desk.page.locator("#said")).to_have_class("note said note-plain")
    desk.page.wait_for_selector(HELD)
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    let_the_hold_pass(desk)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[1])
    assert states(rig, queue) == ["finished", "called", "waiting"]


def test_right_after_a_call_every_other_key_works_and_frees_the_next_call(desk, rig, queue):
    stop_time(desk)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[0])
    desk.page.wait_for_selector(HELD)
    desk.page.keyboard.press("F8")
    desk.text("#absent", queue[0])
    desk.page.wait_for_selector(READY)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[1])
    assert states(rig, queue) == ["absent", "called", "waiting"]


def test_keys_faster_than_the_live_channel_are_no_error(slow_desk, rig, queue):
    desk, live = slow_desk
    stop_time(desk)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[0])
    live.hold()
    desk.page.keyboard.press("F10")
    desk.text("#said", f"Đã phục vụ xong số {queue[0]}")
    desk.page.wait_for_selector(READY)
    desk.page.keyboard.press("F2")
    desk.text("#said", f"Đã mời số {queue[1]}")
    desk.page.wait_for_selector(HELD)
    desk.text("#current-number", queue[0])
    assert states(rig, queue) == ["finished", "called", "waiting"]
    live.release()
    desk.text("#current-number", queue[1])


# Both in one task of the page: the second one certainly comes before the answer to the first.
AT_ONCE = """(keys) => keys.forEach((key) =>
    document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""


def test_a_key_pressed_before_the_answer_to_another_one_is_done_after_it(desk, rig, queue):
    desk.page.keyboard.press("F2")
    desk.page.wait_for_selector(READY)
    desk.page.evaluate(AT_ONCE, ["F10", "F2"])
    desk.text("#current-number", queue[1])
    assert states(rig, queue) == ["finished", "called", "waiting"]


def test_a_key_pressed_twice_before_the_answer_counts_once_and_says_so(desk, rig, queue):
    bodies = asked(desk, "/call-next")
    desk.page.evaluate(AT_ONCE, ["F2", "F2"])
    desk.text("#said", f"Vừa mời số {queue[0]}, nên lần nhấn này không được tính")
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    assert len(bodies) == 1


def test_a_key_that_comes_too_soon_to_be_meant_says_that_it_was_not_taken(slow_desk, rig, queue):
    desk, live = slow_desk
    live.hold()
    desk.page.evaluate(AT_ONCE, ["F2", "F10"])
    desk.text("#said", "Lần nhấn “Xong” quá nhanh nên không được tính")
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    live.release()
    desk.text("#current-number", queue[0])


def test_a_call_by_a_second_console_holds_the_first_one_back_too(desk, second_desk, rig, queue):
    stop_time(desk)
    second_desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[0])
    desk.page.wait_for_selector(HELD)
    desk.page.keyboard.press("F2")
    desk.text("#said", "lần nhấn này không được tính")
    assert states(rig, queue) == ["called", "waiting", "waiting"]


def test_a_console_that_shows_an_old_counter_ends_nobodys_turn(desk, rig, queue):
    """Hold the press on its way until another clerk has called, as two do within a blink."""
    other = clerk(rig.port)

    def late(route: Route) -> None:
        assert other.verb(1, "call-next").status == 200
        route.continue_()

    desk.route(CALL, late, times=1)
    desk.page.keyboard.press("F2")
    desk.text("#said", "Quầy 1 vừa đổi số")
    assert states(rig, queue) == ["called", "waiting", "waiting"]
    desk.complaints.clear()  # the browser notes the refusal


def test_an_abandoned_call_that_arrives_late_ends_nobodys_turn(desk, rig, queue):
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[0])
    desk.page.wait_for_selector(READY)
    bodies = asked(desk, "/call-next")
    unheard(desk, CALL, done=False)
    desk.page.keyboard.press("F2")
    desk.text("#said", "Máy chủ chưa trả lời")
    desk.page.keyboard.press("F10")
    desk.shown("#current-none")
    desk.page.wait_for_selector(READY)
    desk.page.keyboard.press("F2")
    desk.text("#current-number", queue[1])
    lan = clerk(rig.port)
    late = lan.post("/api/v1/counters/1/call-next", bodies[0])
    assert (late.status, late.code) == (409, "counter_changed")
    assert states(rig, queue) == ["finished", "called", "waiting"]
    desk.complaints.clear()


def test_a_number_asked_for_again_in_one_dialog_is_one_and_in_the_next_dialog_another(desk, rig):
    bodies = asked(desk, "/api/v1/tickets")
    for _ in range(2):
        desk.page.click("#open-issue")
        unheard(desk, "**/api/v1/tickets", done=True)
        desk.page.click("#issue-do")
        desk.shown("#issue-error")
        desk.page.click("#issue-close")
    desk.page.click("#open-issue")
    unheard(desk, "**/api/v1/tickets", done=True)
    before = len(rows(rig, "SELECT id FROM tickets"))
    desk.page.click("#issue-do")
    desk.shown("#issue-error")
    desk.page.click("#issue-do")
    desk.shown("#issue-number")
    assert len(rows(rig, "SELECT id FROM tickets")) == before + 1
    ids = [body["request_id"] for body in bodies]
    assert ids[2] == ids[3]
    assert len(set(ids)) == 3
    desk.complaints.clear()


def test_the_sender_keeps_an_id_until_an_answer_or_another_wish(desk):
    """An answer frees the id; silence and a server's error keep it; another wish gives it up."""
    statuses = [0, 500, 200, 0, 0, 409, 200]
    wishes = ["a", "a", "a", "a", "b", "a", "a"]
    ids: list[str] = []

    def answer(route: Route) -> None:
        ids.append(route.request.post_data_json["request_id"])
        status = statuses[len(ids) - 1]
        route.fulfill(status=status, json={}) if status else route.abort()

    desk.route("**/wish", answer)
    told = desk.page.evaluate(
        """async (wishes) => {
            const { makeOnce } = await import("/static/js/once.js");
            const once = makeOnce({ csrf: "" });
            const told = [];
            for (const wish of wishes) {
                told.push((await once("/wish", { wish })).status);
            }
            return told;
        }""",
        wishes,
    )
    assert told == statuses
    one = ids[0]
    assert ids[:3] == [one] * 3
    assert len({one, *ids[3:]}) == 5
    desk.complaints.clear()
