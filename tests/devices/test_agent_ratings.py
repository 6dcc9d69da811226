"""The buttons of a rating panel: every push is kept, thanked for, and never too old."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_kit import FakeClock, StubServer
from link_bench import LinkBench

from appliance.devices.gpio.backend import Wiring
from appliance.devices.gpio.lights import CONFIRMED, INVITING, REFUSED, THANKS, Lights
from appliance.devices.gpio.mock_pins import MockPins
from appliance.devices.journal import Journal
from appliance.devices.panel_lights import PanelLights
from appliance.devices.presses import Button, PressDesk
from appliance.devices.reports import PressReports
from appliance.protocol.agent import PanelMessage
from tests.support.wait import wait_for

GOOD = Button("panels-gpio2", 2, 12, "rate", counter=1, level="hai_long")
BAD = Button("panels-gpio3", 3, 13, "rate", counter=1, level="khong_hai_long")
OTHER = Button("panels-gpio4", 4, 14, "rate", counter=2, level="hai_long")


class Bench:
    """A panel's desk whose writer runs when the test says so, on mock lights."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.pins = MockPins(Wiring([], [12, 13, 14]))
        self.lights = Lights(self.pins, [12, 13, 14])
        self.journal = Journal(path)
        self.stored = 0
        self.desk = PressDesk(
            self.journal,
            self.lights,
            self.clock,
            "boot",
            buttons=[GOOD, BAD, OTHER],
            printer_bad=lambda _: False,
            on_stored=self._count,
            on_journal=lambda _: None,
        )
        self.panels = PanelLights(self.lights, self.clock, [GOOD, BAD, OTHER])

    def _count(self) -> None:
        self.stored += 1

    def push(self, *buttons: Button) -> None:
        for button in buttons:
            self.desk.pushed(button, self.clock.mono_ms)
        self.desk.stop()
        self.desk.run()

    def pass_ms(self, ms: int) -> dict[int, bool]:
        self.clock.mono_ms += ms
        self.desk.tick(self.clock.mono_ms)
        self.lights.tick(self.clock.mono_ms)
        return dict(self.pins.lights())

    def invite(self, counter: int, left_ms: int) -> None:
        self.panels.take(PanelMessage(n=1, counter=counter, left_ms=left_ms))
        self.pass_ms(0)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "agent.sqlite")
    yield made
    made.journal.close()
    made.pins.close()


def test_every_push_of_a_panel_is_a_press_of_its_own(bench: Bench) -> None:
    bench.push(GOOD, GOOD, BAD, GOOD)
    assert [press.level for press in bench.journal.unanswered(9)] == [
        *("hai_long", "hai_long", "khong_hai_long", "hai_long")
    ]
    assert bench.stored == 4
    assert bench.journal.durable_flushes == 4


def test_a_press_is_reported_with_its_level_and_age_however_old(bench: Bench) -> None:
    bench.push(BAD)
    bench.pass_ms(3_600_000)
    (out,) = PressReports(bench.journal, bench.desk, bench.clock, "boot").pending(9)
    assert out.row.model_dump(include={"press", "counter", "level", "age_ms"}) == {
        "press": "rate",
        "counter": 1,
        "level": "khong_hai_long",
        "age_ms": 3_600_000,
    }


def test_the_light_of_a_press_is_on_from_the_journal_until_the_thanks(bench: Bench) -> None:
    bench.push(GOOD)
    assert bench.pass_ms(10) == {12: True, 13: False, 14: False}
    (press,) = bench.journal.unanswered(9)
    bench.desk.answered(press, "done", "")
    assert bench.lights.shown(12) is THANKS
    assert bench.pass_ms(0)[12]
    assert not bench.pass_ms(sum(THANKS.spans_ms))[12]


def test_a_press_out_of_its_time_is_refused_by_the_light_but_kept(bench: Bench) -> None:
    bench.push(GOOD)
    (press,) = bench.journal.unanswered(9)
    bench.desk.answered(press, "refused", "late")
    assert bench.lights.shown(12) is REFUSED


def test_without_a_server_the_citizen_is_thanked_after_two_seconds(bench: Bench) -> None:
    bench.push(GOOD)
    bench.pass_ms(2_001)
    assert bench.lights.shown(12) is THANKS
    bench.pass_ms(10_000)
    assert not bench.pass_ms(0)[12]
    (press,) = bench.journal.unanswered(9)
    bench.desk.answered(press, "refused", "late")
    assert bench.lights.shown(12) is THANKS


def test_an_armed_panel_invites_with_all_its_lights_and_stops_by_itself(bench: Bench) -> None:
    bench.invite(1, 180_000)
    assert bench.pass_ms(100) == {12: True, 13: True, 14: False}
    assert bench.pass_ms(1_500) == {12: False, 13: False, 14: False}
    assert bench.pass_ms(500) == {12: True, 13: True, 14: False}
    assert bench.pass_ms(178_000) == {12: False, 13: False, 14: False}


def test_a_new_word_of_the_server_replaces_the_old_one(bench: Bench) -> None:
    bench.invite(1, 180_000)
    bench.invite(1, 0)
    assert bench.pass_ms(10) == {12: False, 13: False, 14: False}
    bench.invite(99, 180_000)
    assert bench.pass_ms(10) == {12: False, 13: False, 14: False}


def test_the_thanks_cover_the_invitation_of_the_pressed_light_alone(bench: Bench) -> None:
    bench.invite(1, 180_000)
    bench.push(GOOD)
    bench.pass_ms(10)
    (press,) = bench.journal.unanswered(9)
    bench.desk.answered(press, "done", "")
    bench.pass_ms(0)
    assert bench.pass_ms(1_600) == {12: False, 13: False, 14: False}
    assert bench.pass_ms(200) == {12: True, 13: False, 14: False}


def test_thanks_and_invitation_are_told_apart_from_all_other_patterns() -> None:
    assert len({p.spans_ms for p in (THANKS, INVITING, REFUSED, CONFIRMED)}) == 4
    assert not INVITING.ended(10**9)
    assert THANKS.ended(sum(THANKS.spans_ms))


def test_a_journal_from_before_the_ratings_is_used_on(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    Journal(path).close()
    old = sqlite3.connect(path)
    old.execute("ALTER TABLE press DROP COLUMN level")
    old.execute(
        "INSERT INTO press (request_id, press, button, counter, pressed_mono_ms, boot_id, wall_at)"
        " VALUES ('old-press-1', 'call', 'b', 1, 5, 'boot', '')"
    )
    old.commit()
    old.close()
    with Journal(path) as journal:
        (press,) = journal.unanswered(9)
        assert (press.request_id, press.level) == ("old-press-1", None)


def test_the_inbox_hands_on_panels_beside_jobs(server: StubServer, link: LinkBench) -> None:
    heard: list[int] = []
    link.inbox._on_panel = lambda message: heard.append(message.left_ms)
    server.offer(kind="panel", counter=1, left_ms=20_000)
    link.start(inbox=True)
    wait_for(lambda: heard == [20_000])
    assert link.jobs == []
