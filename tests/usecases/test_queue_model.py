"""The queue against a plain model: whatever people do, both say the same."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from appliance.config import load, sample_path
from appliance.config.office import to_office
from appliance.domain.office import PriorityPolicy
from appliance.errors import Refused
from appliance.storage.audit import audit
from appliance.storage.engine import Database
from appliance.storage.migrate import upgrade
from appliance.usecases import queries
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.context import Context
from appliance.usecases.finish import finish
from appliance.usecases.issue import Issued, issue
from appliance.usecases.recall import recall
from appliance.usecases.serve import serve
from tests.support.clocks import HandClock

OFFICE = dataclasses.replace(
    to_office(load(sample_path(), {})), priority=PriorityPolicy(run=2, normal_wait_limit_s=60)
)
# Few enough that queues form, and that counters share them in different ways.
SERVICES = ["ho-tich", "chung-thuc", "kinh-te"]
COUNTERS = [1, 2, 6]
SERVED = {counter.number: set(counter.services) for counter in OFFICE.counters}
VERBS = {"recall": recall, "serve": serve, "absent": absent, "finish": finish}
# state of the open ticket → verb → new state; all else is refused
MOVES = {
    ("called", "recall"): "called",
    ("called", "serve"): "serving",
    ("called", "absent"): "absent",
    ("called", "finish"): "finished",
    ("serving", "finish"): "finished",
}


class Queue(RuleBasedStateMachine):
    """Dictionaries and lists, no SQL: what a person with pencil and paper would keep."""

    @initialize()
    def open_office(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "office.sqlite"
        shutil.copyfile(TEMPLATE, path)
        self.clock = HandClock()
        self.ctx = Context(Database(path), self.clock, OFFICE, "boot")
        self.requests = 0
        self.day_began_with = 0
        self.last: dict[str, int] = {}
        self.states: dict[int, str] = {}
        self.labels: list[str] = []
        self.service: dict[int, str] = {}
        self.priority: dict[int, bool] = {}
        self.issued_at: dict[int, datetime] = {}
        self.places: dict[int, tuple[int, int]] = {}
        self.moves = 0
        self.last_calls: list[tuple[int, set[int]]] = []
        self.calls: dict[int, int] = {}
        self.open: dict[int, int] = {}
        self.answers: list[tuple] = []

    def new_id(self) -> str:
        self.requests += 1
        return f"request-{self.requests:05d}"

    def ask(self, service: str, priority: bool, request: str) -> Issued:
        return issue(
            self.ctx,
            service,
            priority=priority,
            kiosk="kiosk-1",
            request_id=request,
            actor="kiosk:kiosk-1",
        )

    @rule(service=st.sampled_from(SERVICES), priority=st.booleans())
    def take(self, service: str, priority: bool) -> None:
        request = self.new_id()
        waiting = sum(
            1 for t, s in self.states.items() if s == "waiting" and self.service[t] == service
        )
        done = self.ask(service, priority, request)
        prefix = OFFICE.service(service).series.prefix
        self.last[prefix] = self.last.get(prefix, 0) + 1
        assert done.ticket.label == f"{prefix}{self.last[prefix]:03d}"
        assert done.ahead == waiting
        assert done.ticket.label not in self.labels
        self.labels.append(done.ticket.label)
        self.note(done.ticket.id, service, priority)
        self.answers.append((request, service, priority, done.ticket.id))

    def note(self, ticket: int, service: str, priority: bool) -> None:
        self.states[ticket] = "waiting"
        self.service[ticket] = service
        self.priority[ticket] = priority
        self.issued_at[ticket] = self.clock.now()
        self.calls[ticket] = 0
        self.moves += 1
        self.places[ticket] = (self.moves, 0)

    def line(self, services: set[str]) -> list[int]:
        """Who waits for these services, the first first."""
        mine = (t for t, s in self.states.items() if s == "waiting" and self.service[t] in services)
        return sorted(mine, key=lambda t: self.places[t])

    def stand_again(self, ticket: int) -> None:
        """Go behind the next few of the same service, but never before the own old place."""
        before = self.line({self.service[ticket]})[: OFFICE.return_behind]
        place = max([self.places[ticket][0], *(self.places[t][0] for t in before)])
        self.moves += 1
        self.places[ticket] = (place, self.moves)

    @rule(
        several=st.lists(
            st.tuples(st.sampled_from(SERVICES), st.booleans()), min_size=4, max_size=12
        )
    )
    def many_come(self, several: list[tuple[str, bool]]) -> None:
        for service, priority in several:
            self.take(service, priority)

    @rule(seconds=st.sampled_from([1, 30, 70]))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_s(seconds)

    @rule(data=st.data())
    def take_again_with_an_old_request(self, data) -> None:
        if not self.answers:
            return
        request, service, priority, ticket = data.draw(st.sampled_from(self.answers))
        again = self.ask(service, priority, request)
        assert again.repeated
        assert again.ticket.id == ticket

    def whose_turn(self, counter: int) -> int | None:
        """Who is called next, said the long way."""
        line = self.line(SERVED[counter])
        normal = next((t for t in line if not self.priority[t]), None)
        priority = next((t for t in line if self.priority[t]), None)
        if normal is None or priority is None or line[0] == priority:
            return line[0] if line else None
        if (self.clock.now() - self.issued_at[normal]).total_seconds() > 60:
            return normal
        here = [call for call in self.last_calls if self.service[call[0]] in SERVED[counter]]
        overtook = [self.priority[called] and normal in waited for called, waited in here[-2:]]
        return normal if overtook == [True, True] else priority

    @rule(counter=st.sampled_from(COUNTERS))
    def call(self, counter: int) -> None:
        wanted = self.whose_turn(counter)
        request = self.new_id()
        done = call_next(self.ctx, counter, request_id=request, actor="staff:lan")
        before = self.open.pop(counter, None)
        assert (done.finished.id if done.finished else None) == before
        if before is not None:
            self.states[before] = "finished"
        assert (done.ticket.id if done.ticket else None) == wanted
        if done.ticket is None:
            return
        others = {t for t, s in self.states.items() if s == "waiting"} - {done.ticket.id}
        self.last_calls.append((done.ticket.id, others))
        self.states[done.ticket.id] = "called"
        self.calls[done.ticket.id] += 1
        self.open[counter] = done.ticket.id
        again = call_next(self.ctx, counter, request_id=request, actor="staff:lan")
        assert again.ticket is not None
        assert again.ticket.id == done.ticket.id

    @rule(counter=st.sampled_from(COUNTERS), verb=st.sampled_from(sorted(VERBS)))
    def act(self, counter: int, verb: str) -> None:
        ticket = self.open.get(counter)
        new = MOVES.get((self.states[ticket], verb)) if ticket is not None else None
        too_often = (
            verb == "recall" and ticket is not None and self.calls[ticket] > OFFICE.recall_limit
        )
        request = self.new_id()
        if new is None or ticket is None or too_often:
            with pytest.raises(Refused):
                VERBS[verb](self.ctx, counter, request_id=request, actor="staff:lan")
            return
        done = VERBS[verb](self.ctx, counter, request_id=request, actor="staff:lan")
        assert done.ticket is not None
        assert done.ticket.id == ticket
        self.states[ticket] = new
        if verb == "recall":
            self.calls[ticket] += 1
        if new in ("absent", "finished"):
            del self.open[counter]

    @rule(
        counter=st.sampled_from(COUNTERS),
        verb=st.sampled_from([call_next, *VERBS.values()]),
        wrong=st.integers(min_value=0, max_value=9),
    )
    def act_for_a_ticket_that_is_not_there(self, counter: int, verb, wrong: int) -> None:
        if wrong == self.open.get(counter, 0):
            return
        with pytest.raises(Refused, match="counter_changed"):
            verb(self.ctx, counter, request_id=self.new_id(), actor="staff:lan", seen=wrong)

    @rule(data=st.data(), verb=st.sampled_from(["back", "cancel"]))
    def move_a_ticket(self, data, verb: str) -> None:
        if not self.states:
            return
        ticket = data.draw(st.sampled_from(sorted(self.states)))
        call = {"back": bring_back, "cancel": cancel}[verb]
        needed, new = {"back": ("absent", "waiting"), "cancel": ("waiting", "cancelled")}[verb]
        request = self.new_id()
        if self.states[ticket] != needed:
            with pytest.raises(Refused):
                call(self.ctx, ticket, request_id=request, actor="staff:lan")
            return
        call(self.ctx, ticket, request_id=request, actor="staff:lan")
        if verb == "back":
            self.stand_again(ticket)
            self.calls[ticket] = 0
        self.states[ticket] = new

    @precondition(lambda self: self.requests > self.day_began_with + 40)
    @rule()
    def a_new_day(self) -> None:
        self.day_began_with = self.requests
        self.clock.pass_s(86400 if self.clock.now().weekday() < 3 else 4 * 86400)
        if self.clock.now().day == 24 and self.clock.now().month == 11:
            self.clock.pass_s(86400)
        for of_the_day in (self.last, self.labels, self.open, self.answers):
            of_the_day.clear()
        ended = {"waiting": "expired", "called": "finished", "serving": "finished"}
        gone = [t for t, s in self.states.items() if s == "absent"]
        self.states = {t: ended.get(s, s) for t, s in self.states.items() if t not in gone}
        self.take("ho-tich", False)
        # An absent ticket of yesterday stays as it is, but can never come back.
        for ticket in gone:
            with pytest.raises(Refused):
                bring_back(self.ctx, ticket, request_id=self.new_id(), actor="staff:lan")

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "ctx"):
            return
        said = queries.queue(self.ctx)
        assert [ticket["id"] for ticket in said["waiting"]] == self.line(set(SERVICES))
        at_counters = {c["number"]: c["ticket"]["id"] for c in said["counters"] if c["ticket"]}
        assert at_counters == self.open

    def teardown(self) -> None:
        if hasattr(self, "ctx"):
            self.ctx.db.close()
            assert audit(self.ctx.db.path).problems == []
            shutil.rmtree(self.folder)


TEMPLATE = Path(tempfile.gettempdir()) / "unset"


@pytest.mark.timeout(400)
def test_the_queue_agrees_with_a_plain_model(tmp_path):
    global TEMPLATE
    TEMPLATE = tmp_path / "template.sqlite"
    upgrade(TEMPLATE)
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
