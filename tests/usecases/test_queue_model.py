"""The queue against a plain model: whatever people do, both say the same."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from appliance.config import load, sample_path
from appliance.config.office import to_office
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
from appliance.usecases.issue import issue
from appliance.usecases.recall import recall
from appliance.usecases.serve import serve
from tests.support.clocks import HandClock

OFFICE = to_office(load(sample_path(), {}))
SERVICES = [service.code for service in OFFICE.services]
COUNTERS = [counter.number for counter in OFFICE.counters]
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
        self.last: dict[str, int] = {}
        self.states: dict[int, str] = {}
        self.labels: list[str] = []
        self.service: dict[int, str] = {}
        self.calls: dict[int, int] = {}
        self.open: dict[int, int] = {}
        self.answers: list[tuple] = []

    def new_id(self) -> str:
        self.requests += 1
        return f"request-{self.requests:05d}"

    @rule(service=st.sampled_from(SERVICES), priority=st.booleans())
    def take(self, service: str, priority: bool) -> None:
        request = self.new_id()
        waiting = sum(
            1 for t, s in self.states.items() if s == "waiting" and self.service[t] == service
        )
        done = issue(
            self.ctx,
            service,
            priority=priority,
            kiosk="kiosk-1",
            request_id=request,
            actor="kiosk:kiosk-1",
        )
        prefix = OFFICE.service(service).series.prefix
        self.last[prefix] = self.last.get(prefix, 0) + 1
        assert done.ticket.label == f"{prefix}{self.last[prefix]:03d}"
        assert done.ahead == waiting
        assert done.ticket.label not in self.labels
        self.labels.append(done.ticket.label)
        self.states[done.ticket.id] = "waiting"
        self.service[done.ticket.id] = service
        self.calls[done.ticket.id] = 0
        self.answers.append((request, service, priority, done.ticket.id))

    @rule(data=st.data())
    def take_again_with_an_old_request(self, data) -> None:
        if not self.answers:
            return
        request, service, priority, ticket = data.draw(st.sampled_from(self.answers))
        again = issue(
            self.ctx,
            service,
            priority=priority,
            kiosk="kiosk-1",
            request_id=request,
            actor="kiosk:kiosk-1",
        )
        assert again.repeated
        assert again.ticket.id == ticket

    @rule(counter=st.sampled_from(COUNTERS))
    def call(self, counter: int) -> None:
        eligible = {
            t
            for t, s in self.states.items()
            if s == "waiting" and self.service[t] in SERVED[counter]
        }
        request = self.new_id()
        done = call_next(self.ctx, counter, request_id=request, actor="staff:lan")
        before = self.open.pop(counter, None)
        assert (done.finished.id if done.finished else None) == before
        if before is not None:
            self.states[before] = "finished"
        if not eligible:
            assert done.ticket is None
            return
        assert done.ticket is not None
        assert done.ticket.id in eligible
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
        self.states[ticket] = new
        if verb == "back":
            self.calls[ticket] = 0

    @rule()
    def a_new_day(self) -> None:
        self.clock.pass_s(86400 if self.clock.now().weekday() < 3 else 4 * 86400)
        if self.clock.now().day == 24 and self.clock.now().month == 11:
            self.clock.pass_s(86400)
        self.last.clear()
        self.labels.clear()
        request = self.new_id()
        done = issue(
            self.ctx,
            "ho-tich",
            priority=False,
            kiosk="kiosk-1",
            request_id=request,
            actor="kiosk:kiosk-1",
        )
        assert done.ticket.label == "1001"
        assert done.ahead == 0
        ended = {"waiting": "expired", "called": "finished", "serving": "finished"}
        # An absent ticket of yesterday stays as it is, but can never come back.
        gone = {t: s for t, s in self.states.items() if s == "absent"}
        for ticket in gone:
            with pytest.raises(Refused):
                bring_back(self.ctx, ticket, request_id=self.new_id(), actor="staff:lan")
        self.states = {t: ended.get(s, s) for t, s in self.states.items() if t not in gone}
        self.open.clear()
        self.labels.append(done.ticket.label)
        self.last["1"] = 1
        self.states[done.ticket.id] = "waiting"
        self.service[done.ticket.id] = "ho-tich"
        self.calls[done.ticket.id] = 0
        self.answers = [(request, "ho-tich", False, done.ticket.id)]

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "ctx"):
            return
        said = queries.queue(self.ctx)
        waiting = {t for t, s in self.states.items() if s == "waiting"}
        assert {ticket["id"] for ticket in said["waiting"]} == waiting
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
