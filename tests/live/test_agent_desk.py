"""The agent desk while another process holds the database: nothing is lost, only put off."""

from __future__ import annotations

import dataclasses
import sqlite3

import pytest

from appliance.domain.paper import PaperState
from appliance.errors import Unavailable
from appliance.protocol.agent import PaperBody, RollMessage
from appliance.storage import devices, prints
from appliance.storage.engine import Database
from appliance.usecases.issue import issue
from display import agents
from display.agents import AgentDesk
from tests.support.unreadable import unreadable


class Desk:
    """A desk whose database can be held, and which finds an agent silent at once if told."""

    def __init__(self, ctx) -> None:
        self.ctx = ctx
        self.desk = AgentDesk(ctx, "http://moiso.test")
        self._blocker = sqlite3.connect(ctx.db.path, isolation_level=None)

    def hold(self) -> None:
        self._blocker.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self._blocker.execute("ROLLBACK")

    def poll(self) -> None:
        self.desk.inbox("main", 0, 0)

    def sweep(self) -> None:
        self.desk._sweep()

    def restart(self) -> None:
        """Go on as the desk of a server that was started again."""
        self.desk = AgentDesk(self.ctx, "http://moiso.test")
        self.desk.start()

    def rolls(self) -> list[str]:
        messages = self.desk.inbox("main", 0, 0).messages
        return [one.change_id for one in messages if isinstance(one, RollMessage)]

    def state(self, device: str) -> str:
        with self.ctx.db.read() as conn:
            report = devices.report_of(conn, device)
        return "" if report is None else report.state

    def job(self) -> PaperState:
        with self.ctx.db.read() as conn:
            job = prints.get(conn, 1)
        assert job is not None
        return job.state

    def close(self) -> None:
        self._blocker.close()
        self.ctx.db.close()


@pytest.fixture
def desk(ctx, monkeypatch):
    monkeypatch.setattr("appliance.storage.engine.BUSY_TIMEOUT_S", 0.05)
    # No thread of its own: a test sweeps when it wants to.
    monkeypatch.setattr(agents, "start_essential", lambda *_: None)
    found = Desk(dataclasses.replace(ctx, db=Database(ctx.db.path)))
    found.desk.start()
    yield found
    found.close()


def test_a_silence_that_could_not_be_stored_is_stored_by_the_next_sweep(desk, monkeypatch):
    desk.poll()
    assert desk.state("agent-main") == "ok"
    monkeypatch.setattr(agents, "LOST_AFTER_S", 0)
    desk.hold()
    desk.sweep()
    desk.let_go()
    assert desk.state("agent-main") == "ok"
    desk.sweep()
    assert desk.state("agent-main") == desk.state("printer-1") == "unknown"


def test_an_agent_that_comes_while_nothing_can_be_stored_is_served_and_stored_later(desk):
    desk.hold()
    desk.poll()
    desk.let_go()
    assert desk.state("agent-main") == ""
    desk.poll()
    assert desk.state("agent-main") == "ok"


def test_a_slip_that_could_not_be_given_up_is_given_up_by_the_next_sweep(desk, clock, fresh_id):
    wanted = {"priority": False, "kiosk": "kiosk-1", "actor": "kiosk:kiosk-1"}
    issue(desk.ctx, "ho-tich", request_id=fresh_id(), **wanted)
    clock.pass_s(16)
    desk.hold()
    desk.sweep()
    desk.let_go()
    assert desk.job() is PaperState.QUEUED
    desk.sweep()
    assert desk.job() is PaperState.EXPIRED


def test_a_new_roll_that_no_agent_has_counted_outlives_the_day_and_a_restart(desk, clock, fresh_id):
    desk.poll()
    desk.desk.change_roll("printer-1", request_id="roll-0001", actor="staff:lan")
    clock.pass_s(48 * 3600)
    wanted = {"priority": False, "kiosk": "kiosk-1", "actor": "kiosk:kiosk-1"}
    issue(desk.ctx, "ho-tich", request_id=fresh_id(), **wanted)
    desk.restart()
    assert desk.rolls() == ["roll-0001"]
    paper = PaperBody(printed_mm=0, tickets_left=900, change_id="roll-0001")
    desk.desk.rolls.told("printer-1", paper)
    assert desk.rolls() == []


def test_a_desk_that_starts_on_an_unreadable_file_judges_no_slip_before_it_knows_them(
    desk, clock, fresh_id
):
    wanted = {"priority": False, "kiosk": "kiosk-1", "actor": "kiosk:kiosk-1"}
    issue(desk.ctx, "ho-tich", request_id=fresh_id(), **wanted)
    desk.poll()
    clock.pass_s(50)
    with unreadable(desk.ctx, "print_jobs"):
        desk.restart()
        desk.sweep()
        with pytest.raises(Unavailable):
            desk.poll()
        clock.pass_s(600)
    desk.sweep()
    assert desk.job() is PaperState.QUEUED, "it may be printing: its agent is to be heard first"
    clock.pass_s(61)
    desk.sweep()
    assert desk.job() is PaperState.UNKNOWN, "never expired, never given to another printer"
