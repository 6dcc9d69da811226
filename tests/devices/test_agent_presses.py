"""When a push is a press, and when its light may say so."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest
from press_bench import BLIND, A, B, PressBench

from appliance.devices.gpio.backend import Wiring
from appliance.devices.gpio.lights import ACKNOWLEDGED, CONFIRMED, OFF, PRINTER_BAD, REFUSED
from appliance.devices.gpio.mock_pins import MockPins
from appliance.devices.journal import Journal, Press
from appliance.devices.poller import Poller
from appliance.devices.reports import PressReports
from appliance.protocol.agent import PressRow
from tests.support.wait import wait_for


def test_a_push_becomes_a_journaled_press_with_an_id_of_its_own(bench: PressBench) -> None:
    bench.push(A)
    bench.push(B)
    first, second = bench.presses(2)
    assert (first.press, first.kiosk, first.service, first.button) == (
        "issue",
        "hall",
        "a",
        "main-gpio17",
    )
    assert first.pressed_mono_ms == bench.clock.mono_ms
    assert first.request_id != second.request_id
    assert len(first.request_id) >= 16
    assert bench.journal.durable_flushes == 2


def test_the_light_comes_only_after_the_commit(bench: PressBench) -> None:
    bench.journal.may_write.clear()
    bench.push()
    assert bench.journal.asked_to_write.wait(5)
    assert bench.lights.shown(27) is OFF
    assert bench.stored == 0
    bench.journal.may_write.set()
    wait_for(lambda: bench.lights.shown(27) is ACKNOWLEDGED)
    assert len(bench.journal.unanswered(10)) == 1


def test_a_press_that_cannot_be_stored_is_refused_and_told(bench: PressBench) -> None:
    bench.journal.full = True
    bench.push()
    wait_for(lambda: bench.journal_news == [False])
    assert bench.lights.shown(27) is REFUSED
    assert bench.stored == 0

    bench.journal.full = False
    bench.push()
    assert len(bench.presses(1)) == 1
    assert bench.journal_news == [False, True]


def test_a_repeat_of_an_unanswered_press_is_the_same_press(bench: PressBench) -> None:
    bench.push()
    assert len(bench.presses(1)) == 1
    bench.pass_ms(9_000)
    bench.push()
    bench.push(B)
    assert [press.service for press in bench.presses(2)] == ["a", "b"]


def test_a_repeat_before_the_commit_is_the_same_press(bench: PressBench) -> None:
    bench.journal.may_write.clear()
    for _ in range(3):
        bench.push()
    bench.journal.may_write.set()
    assert len(bench.presses(1)) == 1


def test_a_repeat_within_3_s_of_an_answered_press_is_the_same_press(bench: PressBench) -> None:
    bench.push()
    (press,) = bench.presses(1)
    bench.desk.answered(press, "done", "")
    bench.pass_ms(2_999)
    bench.push()
    assert bench.journal.unanswered(10) == []
    bench.pass_ms(1)
    bench.push()
    assert len(bench.presses(2)) == 1


@pytest.mark.parametrize(
    ("outcome", "code", "pattern"),
    [
        ("done", "", CONFIRMED),
        ("repeat", "", CONFIRMED),
        ("repeat", "closed", REFUSED),
        ("expired", "", REFUSED),
        ("refused", "closed", REFUSED),
    ],
)
def test_the_light_tells_the_answer(
    bench: PressBench, outcome: str, code: str, pattern: object
) -> None:
    bench.push()
    (press,) = bench.presses(1)
    bench.desk.answered(press, outcome, code)
    assert bench.lights.shown(27) is pattern


def test_a_press_past_its_limit_is_shown_as_refused_and_stays_the_only_one(
    bench: PressBench,
) -> None:
    bench.push()
    bench.presses(1)
    bench.pass_ms(10_000)
    assert bench.lights.shown(27) is ACKNOWLEDGED
    bench.pass_ms(1)
    assert bench.lights.shown(27) is REFUSED

    bench.lights.show(27, OFF)
    bench.push()
    assert bench.lights.shown(27) is REFUSED
    assert len(bench.presses(1)) == 1


def test_a_kiosk_without_a_screen_refuses_while_its_printer_is_bad(bench: PressBench) -> None:
    bench.bad_printers.add("p1")
    bench.push(BLIND)
    bench.push(A)
    assert bench.lights.shown(23) is PRINTER_BAD
    assert [press.kiosk for press in bench.presses(1)] == ["hall"]

    bench.bad_printers.clear()
    bench.push(BLIND)
    assert [press.kiosk for press in bench.presses(2)] == ["hall", "blind"]


def test_a_kiosk_without_a_screen_works_as_long_as_one_of_its_printers_does(
    bench: PressBench,
) -> None:
    either = dataclasses.replace(BLIND, needs_printer=("p1", "p2"))
    bench.bad_printers.add("p1")
    bench.push(either)
    assert [press.kiosk for press in bench.presses(1)] == ["blind"]
    bench.bad_printers.add("p2")
    bench.push(dataclasses.replace(either, service="b"))
    assert bench.lights.shown(23) is PRINTER_BAD
    assert len(bench.presses(1)) == 1


def test_an_unanswered_press_of_the_last_run_is_still_the_only_one(bench: PressBench) -> None:
    bench.push()
    bench.presses(1)
    bench.lights.show(27, OFF)
    bench.restart()
    assert bench.lights.shown(27) is ACKNOWLEDGED
    bench.push()
    bench.push(B)
    assert [press.service for press in bench.presses(2)] == ["a", "b"]


def test_a_press_of_another_boot_shows_no_light(bench: PressBench) -> None:
    bench.journal.append(
        Press("request-old", "issue", A.name, "hall", "a", None, bench.clock.mono_ms, "old", "")
    )
    bench.restart()
    assert bench.lights.shown(27) is OFF


def test_a_press_whose_button_is_gone_can_still_be_answered(bench: PressBench) -> None:
    press = Press("request-old", "issue", "main-gpio5", "hall", "c", None, 1, "old", "")
    bench.journal.append(press)
    bench.restart()
    bench.desk.answered(press, "expired", "")
    assert bench.journal.unanswered(10) == []


def test_an_answer_that_is_faster_than_the_light_is_not_covered_by_it(bench: PressBench) -> None:
    """The link looks into the journal by itself, too: it may answer before the light is on."""

    def store_and_answer(press: Press) -> None:
        Journal.append(bench.journal, press)
        bench.desk.answered(press, "refused", "closed")

    bench.journal.append = store_and_answer  # type: ignore[method-assign]
    bench.push()
    wait_for(lambda: bench.stored == 1)
    assert bench.lights.shown(27) is REFUSED


def test_a_press_that_is_set_aside_is_kept_and_refused(bench: PressBench) -> None:
    bench.push()
    (press,) = bench.presses(1)
    bench.desk.set_aside(press, "422 unknown service")
    assert bench.lights.shown(27) is REFUSED
    assert bench.journal.unanswered(10) == []


def test_a_press_is_reported_with_its_age_and_without_one_after_a_reboot(bench: PressBench) -> None:
    bench.push()
    bench.presses(1)
    bench.journal.append(
        Press("request-old", "issue", A.name, "hall", "a", None, bench.clock.mono_ms, "old", "")
    )
    bench.clock.mono_ms += 1_234
    reports = PressReports(bench.journal, bench.desk, bench.clock, "boot")
    rows = [outgoing.row for outgoing in reports.pending(10)]
    assert [row.age_ms for row in rows if isinstance(row, PressRow)] == [1_234, None]


def test_the_poller_reports_a_stuck_button_and_its_release(bench: PressBench) -> None:
    pins = MockPins(Wiring([17], []))
    told: list[tuple[str, bool]] = []
    poller = Poller(
        pins,
        [A],
        bench.desk,
        bench.lights,
        bench.clock,
        lambda name, stuck: told.append((name, stuck)),
    )

    def pass_s(seconds: int) -> None:
        for _ in range(seconds * 100):
            bench.clock.mono_ms += 10
            poller.round(bench.clock.mono_ms)

    pass_s(1)
    pins.drive(17, high=False)
    pass_s(29)
    assert told == []
    pass_s(2)
    assert told == [("main-gpio17", True)]
    pins.drive(17, high=True)
    pass_s(1)
    assert told == [("main-gpio17", True), ("main-gpio17", False)]
    assert len(bench.presses(1)) == 1
    pins.close()


def test_two_buttons_that_ask_the_same_are_one_for_the_rule(bench: PressBench) -> None:
    bench.push(A)
    bench.push(replace(A, name=B.name, pin=18, light_pin=22))
    assert len(bench.presses(1)) == 1
