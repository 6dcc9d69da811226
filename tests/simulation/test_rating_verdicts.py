"""The simulator's own model of the ratings, and that it notices an office that judges wrongly."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import DemoClock
from appliance.domain import rating
from appliance.simulation.rating_evidence import judge_day
from appliance.simulation.rating_model import CounterTurn, Heard, verdicts
from appliance.simulation.touches import Touch, Touches
from appliance.storage.audit import audit
from tests.support.ratings import press, served

START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
WINDOWS = [(START - timedelta(hours=1), START + timedelta(hours=2))]


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def heard(name: str, seconds: float, *, counter: int = 1, **more) -> Heard:
    return Heard(name, counter, at(seconds), order=int(name[1:]), **more)


TURNS = {
    1: [
        CounterTurn("called", 1, at(0)),
        CounterTurn("finished", 1, at(100)),
        CounterTurn("called", 2, at(160)),
        CounterTurn("finished", 2, at(300)),
    ],
    2: [CounterTurn("called", 3, at(0)), CounterTurn("finished", 3, at(200))],
}


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (heard("p1", 50), "no_ticket"),
        (heard("p1", 100), "counted"),
        (heard("p1", 179.9), "counted"),
        (heard("p1", 180), "late"),  # 20 s after the next call
        (heard("p1", 479.9), "counted"),
        (heard("p1", 480), "late"),  # 3 minutes
        (heard("p1", 120, ticket=1), "counted"),
        (heard("p1", 310, ticket=1), "late"),
        (heard("p1", 210, ticket=3), "wrong_panel"),
        (heard("p1", 120, right=False), "wrong_panel"),
        (heard("p1", 3 * 3600), "closed"),
        (heard("p1", 3 * 3600 - 1), "late"),
    ],
)
def test_one_press_alone(one, verdict):
    assert verdicts([one], TURNS, WINDOWS) == {"p1": verdict}


def test_within_five_seconds_of_the_first_the_latest_counts():
    presses = [heard("p4", 110.1), heard("p3", 105), heard("p2", 108), heard("p1", 110)]
    assert verdicts(presses, TURNS, WINDOWS) == {
        "p3": "superseded",
        "p2": "superseded",
        "p1": "counted",
        "p4": "repeat",
    }


@pytest.mark.parametrize("seed", range(30))
def test_the_model_and_the_rules_agree_on_whatever_is_pressed(seed):
    chance = random.Random(seed)
    presses = [
        heard(f"p{n}", round(chance.uniform(95, 500), chance.choice([0, 1, 3])))
        for n in range(chance.randint(1, 40))
    ]
    armings = {
        1: rating.Arming(at(100), at(160)),
        2: rating.Arming(at(300)),
    }
    by_ticket: dict[int | None, list[rating.Press]] = {}
    for n, one in enumerate(presses):
        ticket = 2 if one.at >= at(300) else 1 if one.at >= at(100) else None
        arming = armings.get(ticket)
        if ticket == 1 and one.at < at(160):
            arming = rating.Arming(at(100))
        by_ticket.setdefault(ticket, []).append(rating.Press(n, one.at, arming))
    wanted = {
        f"p{n}": rule.value
        for group in by_ticket.values()
        for n, rule in rating.judge(group).items()
    }
    assert verdicts(presses, TURNS, WINDOWS) == wanted


class Seen:
    """A real office in which one citizen rated twice, and what the citizen wrote down."""

    def __init__(self, ctx, clock, tmp_path) -> None:
        ticket = served(ctx, 1)
        finished = clock.now()
        clock.pass_s(10)
        press(ctx, level="hai_long", request_id="first-press", ticket_id=ticket)
        clock.pass_s(60)
        press(ctx, level="khong_hai_long", request_id="second-press", ticket_id=ticket)
        ctx.db.close()
        self.path = ctx.db.path
        self.journal = tmp_path / "panels.sqlite"
        with sqlite3.connect(self.journal) as db:
            db.execute(
                "CREATE TABLE press (id INTEGER PRIMARY KEY, request_id, press, counter, level,"
                " pressed_mono_ms)"
            )
        self.clock = DemoClock(finished, 1.0, datetime.fromtimestamp(1_000_000, UTC))
        self.turns = {1: [CounterTurn("finished", ticket, finished)]}
        self.touches = Touches()
        for name, level, s in (
            ("first-press", "hai_long", 1_000_010.0),
            ("second-press", "khong_hai_long", 1_000_070.0),
        ):
            self.touches.add(Touch(1, level, "page", s, s, name=name, ticket=ticket))
        self.windows = [(finished - timedelta(hours=1), finished + timedelta(hours=1))]

    def judge(self, rules: dict[str, str] | None = None):
        return judge_day(
            self.path,
            self.journal,
            {**audit(self.path).rules, **(rules or {})},
            self.touches,
            self.turns,
            self.windows,
            self.clock,
        )

    def push(self, felt_ms: list[int]) -> None:
        """Push a button that the journal felt at these times; the office was told of the first."""
        touch = Touch(1, "hai_long", "pin", 1_000_010.0, 1_000_010.2, mono_ms=(5_000.0, 5_200.0))
        self.touches.add(touch)
        with sqlite3.connect(self.journal) as db:
            for n, ms in enumerate(felt_ms):
                db.execute(
                    "INSERT INTO press VALUES (NULL, ?, 'rate', 1, 'hai_long', ?)", (f"pin-{n}", ms)
                )


@pytest.fixture
def seen(ctx, clock, tmp_path):
    return Seen(ctx, clock, tmp_path)


def test_an_office_that_judges_rightly_has_no_problems(seen):
    found = seen.judge()
    assert (found.problems, found.lost, found.doubled) == ([], 0, 0)
    assert found.by_verdict == {"counted": 1, "repeat": 1}


def test_a_wrong_verdict_is_named_with_its_ticket(seen):
    (problem,) = seen.judge({"second-press": "counted"}).problems
    assert problem == (
        "rating second-press of ticket 1001 at counter 1 is counted, the rules say repeat"
    )


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        ("DELETE FROM rating_presses WHERE request_id = 'first-press'", "was lost"),
        (
            "UPDATE rating_presses SET request_id = 'x' WHERE request_id = 'first-press'",
            "by nobody",
        ),
        ("UPDATE rating_presses SET level = 'hai_long'", "pressed was (1, 'khong_hai_long'"),
        (
            "UPDATE rating_presses SET pressed_at = '2026-11-23T01:59:00.000000Z' WHERE id = 1",
            "of real time from when it was pressed",
        ),
    ],
    ids=["lost", "invented", "another level", "another time"],
)
def test_what_differs_from_what_was_pressed_is_a_problem(seen, spoil, expected):
    with sqlite3.connect(seen.path) as db:
        db.executescript(f"PRAGMA foreign_keys=OFF; {spoil};")
    assert any(expected in problem for problem in seen.judge().problems)


def test_a_push_that_was_felt_twice_or_never_is_a_problem(seen):
    seen.push([])
    assert "a push of hai_long at counter 1 was not felt" in seen.judge().problems
    seen.push([5_010, 5_100])
    problems = seen.judge().problems
    assert "a push of hai_long at counter 1 was felt 2 times" in problems


def test_a_light_that_the_office_never_heard_of_is_a_lost_rating(seen):
    seen.push([5_010])
    found = seen.judge()
    assert found.lost == 1
    assert "rating pin-0 at counter 1 was lost" in found.problems


def test_a_push_while_the_panels_agent_was_dead_was_promised_nothing(seen):
    seen.push([])
    seen.touches.panels_killed_ms.append(4_500.0)
    assert seen.judge().problems == []
