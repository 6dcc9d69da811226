"""10,000 simulated presses against a model that shares no code with the rules.

Bounce, double and late presses, wrong panels, closed hours, presses that were delivered hours
later in any order or twice, panels that lost their sense of time, tablets and phones that name a
ticket: each must be counted or excluded exactly
as the model says, which looks at the whole day at once and knows the true time of everything.
"""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from appliance.domain.calendar import OFFICE_ZONE
from appliance.domain.rating import Level, Panel, Via
from appliance.protocol.agent import PressRow
from appliance.storage import ratings
from appliance.storage.audit import audit
from appliance.usecases.handle_press import handle_press
from appliance.usecases.rate import Asked, rate
from tests.support.ratings import call, end, take

PRESSES = 10_000
COUNTERS = (1, 2, 3, 4)
LEVELS = list(Level)
MOST_LATE_S = 3 * 3600
# Which agent holds whose buttons; counter 4 has a tablet alone.
AGENTS = {1: "panels", 2: "panels", 3: "pi-3"}
# What the sample says of a Monday, and the hour after it, in seconds of the day.
OPEN = ((27_000, 42_300), (46_800, 60_300))
GRACE = 3_600


@dataclass
class Push:
    """One push as it truly happened; `arrives_s` is when the server heard of it.

    `ticket` is whom the screen named; `again_s` is when the same request was sent once more.
    """

    name: str
    counter: int
    level: Level
    at_s: float
    arrives_s: float
    via: str = "pin"
    knows_time: bool = True
    right: bool = True
    ticket: int | None = None
    again_s: float | None = None


@dataclass
class Day:
    """What happened: services as (counter, called, ended, ticket), pushes, and who came when."""

    services: list[tuple[int, float, float, int]] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)


def plan(chance: random.Random, morning_s: float) -> Day:
    """Invent services at four counters, and people around them who press."""
    day = Day()
    number = 0
    for counter in COUNTERS:
        now_s = morning_s + chance.uniform(0, 300)
        while now_s < morning_s + 10.5 * 3600:
            called_s = round(now_s + chance.choice([1, 5, 60, 400, 1500]), 3)
            ended_s = round(called_s + chance.choice([4, 12, 90, 300, 600]), 3)
            number += 1
            day.services.append((counter, called_s, ended_s, number))
            people(chance, day, counter, ended_s, number)
            now_s = ended_s
    while len(day.pushes) < PRESSES:  # children, cleaners, and people who were never served
        push(chance, day, chance.choice(COUNTERS), morning_s + chance.uniform(-5400, 12 * 3600))
    chance.shuffle(day.pushes)
    del day.pushes[PRESSES:]
    return day


def people(chance: random.Random, day: Day, counter: int, ended_s: float, number: int) -> None:
    """Let a citizen press: not at all, once, again and again, in time or not."""
    for _ in range(chance.choice([0, 1, 1, 2, 3, 5, 12])):
        at_s = ended_s + chance.choice(
            [0.0, 2.0, 5.0, 10.0, 19.0, 20.0, 24.0, 60.0, 179.0, 180.0, 200.0]
        )
        at_s += chance.choice([0.0, 0.001, 0.03, 0.5, 4.0, 5.0, 5.001, 9.0])
        shown = number if chance.random() < 0.4 else None
        push(chance, day, counter, at_s, shown)
        for _ in range(chance.choice([0, 0, 0, 1, 4])):  # a bouncing contact, a hammering finger
            at_s += chance.choice([0.031, 0.2, 1.0, 4.9])
            push(chance, day, counter, at_s, shown)


def push(
    chance: random.Random, day: Day, counter: int, at_s: float, shown: int | None = None
) -> None:
    """Push once; `shown` is the ticket that the screen asks for: no button knows one."""
    offline = chance.random() < 0.3
    late_s = chance.uniform(0, MOST_LATE_S) if offline else chance.choice([0.0, 0.02, 0.4])
    via = "page" if counter not in AGENTS or chance.random() < 0.3 else "pin"
    if shown is not None:
        via = chance.choice(["page", "phone"])
        if via == "page" and chance.random() < 0.05:  # the tablet of another counter is touched
            counter = chance.choice([other for other in COUNTERS if other != counter])
    arrives_s = round(at_s + late_s, 3)
    day.pushes.append(
        Push(
            name=f"model-{len(day.pushes):06d}",
            counter=counter,
            level=chance.choice(LEVELS),
            at_s=round(at_s, 3),
            arrives_s=arrives_s,
            via=via,
            knows_time=via != "pin" or chance.random() > 0.02,
            right=via == "phone" or chance.random() > 0.04,
            ticket=shown,
            again_s=arrives_s + chance.uniform(0, 900) if chance.random() < 0.05 else None,
        )
    )


def expected(day: Day) -> dict[str, str]:
    """Return the rule of every push, worked out from the whole day with no regard to arrival."""
    said: dict[str, str] = {}
    chances: dict[int, list[Push]] = {}
    for one in day.pushes:
        said[one.name] = alone(day, one, chances)
    for pushes in chances.values():
        # Of the same instant the one that was heard of later is the later one.
        order = sorted(pushes, key=lambda p: (p.at_s, p.arrives_s, day.pushes.index(p)))
        quick = [p for p in order if round(p.at_s - order[0].at_s, 3) <= 5.0]
        for one in order:
            said[one.name] = "superseded" if one in quick else "repeat"
        said[quick[-1].name] = "counted"
    return said


def alone(day: Day, one: Push, chances: dict[int, list[Push]]) -> str:
    """Return why a push cannot count; else put it among the chances of its ticket."""
    if not one.knows_time:
        return "unknown_time"
    if not one.right or (one.ticket and all(s[3] != one.ticket for s in of(day, one.counter))):
        return "wrong_panel"
    seconds = one.at_s
    if not any(start <= seconds < end_ + GRACE for start, end_ in OPEN):
        return "closed"
    ended = [s for s in day.services if s[0] == one.counter and s[2] <= one.at_s]
    if one.ticket is not None:
        ended = [s for s in day.services if s[3] == one.ticket]
    if not ended:
        return "no_ticket"
    last = max(ended, key=lambda s: s[2])
    next_calls = [s[1] for s in day.services if s[0] == one.counter and s[1] >= last[2]]
    until = min([last[2] + 180, *(called + 20 for called in next_calls[:1] if called <= one.at_s)])
    if one.at_s >= until:
        return "late"
    chances.setdefault(last[3], []).append(one)
    return ""


def of(day: Day, counter: int) -> list[tuple[int, float, float, int]]:
    """Return what was served at the counter."""
    return [service for service in day.services if service[0] == counter]


class Office:
    """Plays a day through the use cases, each step at its own time."""

    def __init__(self, ctx, clock) -> None:
        panels = tuple(Panel(counter, AGENTS.get(counter)) for counter in COUNTERS)
        rating = dataclasses.replace(ctx.office.rating, panels=panels)
        self.ctx = dataclasses.replace(ctx, office=dataclasses.replace(ctx.office, rating=rating))
        self.clock = clock
        self.ids: dict[int, int] = {}
        local = clock.now().astimezone(OFFICE_ZONE)
        self.midnight: datetime = local.replace(hour=0, minute=0, second=0, microsecond=0)

    def play(self, day: Day) -> None:
        self.clock.at = self.midnight + timedelta(seconds=OPEN[0][0])
        for counter, *_ in day.services:
            take(self.ctx, counter)
        steps: list[tuple[float, int, int, Any]] = []
        for counter, called_s, ended_s, number in day.services:
            steps.append((called_s, 0, len(steps), ("call", counter, number)))
            steps.append((ended_s, 0, len(steps), ("end", counter, number)))
        # What happens in the same instant as a press has happened when the press is judged.
        steps += [(p.arrives_s, 1, i, p) for i, p in enumerate(day.pushes)]
        steps += [(p.again_s, 1, i, p) for i, p in enumerate(day.pushes) if p.again_s is not None]
        for at_s, _, _, step in sorted(steps, key=lambda s: s[:3]):
            self.clock.at = self.midnight + timedelta(seconds=round(at_s, 3))
            if isinstance(step, Push):
                self.press(step, at_s)
            elif step[0] == "call":
                call(self.ctx, step[1])
            else:
                # Two counters serve the same kind, so the office chooses who is served where.
                self.ids[step[2]] = end(self.ctx, step[1])

    def press(self, one: Push, now_s: float) -> None:
        age_ms = round((now_s - one.at_s) * 1000) if one.knows_time else None
        if one.via != "pin":
            asked = Asked(
                one.counter,
                one.level,
                Via(one.via),
                one.name,
                age_ms=age_ms,
                ticket_id=None if one.ticket is None else self.ids[one.ticket],
                right_panel=one.right,
            )
            rate(self.ctx, asked, actor=f"panel:{one.counter}")
            return
        row = PressRow(
            request_id=one.name,
            press="rate",
            button="a-button",
            age_ms=age_ms,
            counter=one.counter,
            level=one.level.value,
        )
        agent = AGENTS[one.counter] if one.right else "another"
        handle_press(self.ctx, row, actor=f"agent:{agent}")


def stored_rules(ctx, day) -> dict[str, str]:
    with ctx.db.read() as conn:
        found = ratings.of_day(conn, day)
        rules = ratings.judge_all(found)
        return {one.request_id: rules[one.press.id].value for one in found}


@pytest.mark.timeout(480)
@pytest.mark.parametrize("seed", [2026])
def test_10_000_presses_are_counted_and_excluded_exactly_as_an_independent_model_says(
    ctx, clock, seed
):
    chance = random.Random(seed)
    office = Office(ctx, clock)
    day = plan(chance, 7.6 * 3600)
    _without_waiting_for_the_disk(ctx)
    office.play(day)

    wanted = expected(day)
    found = stored_rules(ctx, office.midnight.date())
    assert len(found) == PRESSES
    differs = {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]}
    assert differs == {}
    kinds = Counter(wanted.values())
    assert {one.via for one in day.pushes} == {"pin", "page", "phone"}
    assert sum(one.again_s is not None for one in day.pushes) > 100
    assert set(kinds) == {
        *("counted", "superseded", "repeat", "late"),
        *("no_ticket", "wrong_panel", "closed", "unknown_time"),
    }
    assert min(kinds.values()) >= 20, kinds
    _tallies_agree(ctx, office.midnight.date(), day, wanted)
    assert audit(ctx.db.path).problems == []


def _without_waiting_for_the_disk(ctx) -> None:
    @event.listens_for(ctx.db.engine, "connect")
    def never_flush(connection, _record) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def _tallies_agree(ctx, date, day: Day, wanted: dict[str, str]) -> None:
    with ctx.db.read() as conn:
        tallies = {tally.counter: tally for tally in ratings.tallies(conn, date)}
    for counter in COUNTERS:
        mine = [one for one in day.pushes if one.counter == counter]
        levels = Counter(one.level.value for one in mine if wanted[one.name] == "counted")
        excluded = Counter(wanted[one.name] for one in mine if wanted[one.name] != "counted")
        assert tallies[counter].levels == levels
        assert tallies[counter].n == levels.total()
        assert tallies[counter].excluded == excluded
