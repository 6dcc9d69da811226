"""The simulated day's referees: what would make a day unclean does."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from appliance.clock import DemoClock, demo_clock_from_env
from appliance.domain.paper import PaperState
from appliance.simulation.ear import BoardEar
from appliance.simulation.evidence import Outcome, is_late, read_jobs, read_slips
from appliance.simulation.link import Link
from appliance.simulation.people import Clerk, Promises
from appliance.simulation.plan import draw_day
from appliance.simulation.playing import complaints
from appliance.usecases.mirror_print import mirror_print
from tests.http.kit import office, take
from tests.support.clocks import MONDAY
from tests.support.numbers import take_number
from tests.support.paper import Office, Simulator
from tests.support.people import clerk
from tests.support.wait import wait_for


class Bad(ThreadingHTTPServer):
    """An office that calls one ticket and then fails at everything."""

    def __init__(self, first_call: bool) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.calls_left = int(first_call)


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = 500, {"error": {"code": "server_error"}}
        if self.path.endswith("/call-next") and self.server.calls_left:
            self.server.calls_left -= 1
            status, body = 200, {"ticket": {"id": 1, "called_at": "2026-11-25T01:00:00.000000Z"}}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_words: object) -> None:
        pass


class Nobody:
    """Raters who have nothing to rate."""

    def served(self, *_who: object) -> None:
        raise AssertionError("nobody was served")


def refused_by(*, absent: bool, first_call: bool = True) -> Counter[str]:
    """Return what a clerk meets at an office that fails, on a day of one citizen."""
    days = (draw_day(seed, 1, ["ho-tich"], MONDAY, MONDAY.replace(hour=9)) for seed in range(500))
    plan = next(day for day in days if day[0].absent == absent == day[0].returns)
    server = Bad(first_call)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    promises, closed = Promises(), threading.Event()
    closed.set()
    fast = DemoClock(MONDAY, 10_000, MONDAY)
    try:
        link = Link(server.server_port)
        worker = Clerk(1, link, fast, plan, set(), promises, Nobody())
        worker.work(closed, threading.Event())
    finally:
        server.shutdown()
        server.server_close()
    return promises.refused


def test_a_call_that_fails_is_not_taken_for_an_empty_hall():
    assert refused_by(absent=False, first_call=False) == {
        "the clerk of counter 1 at call-next: 500 server_error": 1
    }


@pytest.mark.parametrize(
    ("absent", "verbs"),
    [(False, ("serve", "finish")), (True, ("recall", "absent", "return"))],
    ids=["who comes", "who is absent"],
)
def test_every_verb_that_fails_a_clerk_is_told(absent, verbs):
    assert set(refused_by(absent=absent)) == {
        f"the clerk of counter 1 at {verb}: 500 server_error" for verb in (*verbs, "call-next")
    }


def test_a_call_is_missed_by_the_board_unless_it_was_cut_off_just_then(tmp_path):
    with office(tmp_path) as rig:
        clock = demo_clock_from_env(rig.env["MOISO_DEMO_CLOCK"])
        ear = BoardEar(rig.port, rig.screen_token("board", "main"), clock)
        ear.start()
        lan = clerk(rig.port)
        ticket = take(rig, rig.screen_token("kiosk", "kiosk-2")).body["ticket"]["id"]
        assert lan.verb(1, "call-next").status == 200
        wait_for(lambda: ticket in ear.called, "the board shows it")
        before = clock.now()
        assert ear.never_shown({ticket: before, 98: before}) == [98]
        # Of the last second before a cut nobody can say.
        wait_for(lambda: (clock.now() - before).total_seconds() > 1.5)
        rig.server.kill()
        wait_for(lambda: not ear.never_shown({99: clock.now()}), "the board is cut off")
        meanwhile = clock.now()
        rig.server.start()
        wait_for(lambda: ear.never_shown({99: clock.now()}), "the board shows calls again")
        assert ear.never_shown({98: before, 99: meanwhile}) == [98]
        ear.stop()


def test_what_was_refused_and_what_no_board_showed_makes_a_day_unclean():
    ear = BoardEar(1, "no token", DemoClock(MONDAY, 1, MONDAY))
    ear.called = {1}
    numbers = dict.fromkeys((one.name for one in fields(Outcome) if one.type == "int"), 0)
    waits = {"wait_p50_s": 0.0, "wait_p90_s": 0.0}
    outcome = Outcome(**numbers, **waits, ratings=None, calls={1: MONDAY, 2: MONDAY})
    assert outcome.clean
    promises = Promises(refused=Counter({"the clerk of counter 1 at finish: 500": 300}))
    found = complaints(promises, ear, outcome)
    assert found == [
        "refused: the clerk of counter 1 at finish: 500 (300 times)",
        "tickets that were called but never shown on the board: [2]",
    ]
    assert not replace(outcome, problems=found).clean


def printed(ctx, clock, folder, *, held_s: float) -> bool:
    """Return whether the referee finds a slip late that was queued `held_s` before its paper."""
    simulator = Simulator(folder / "slips", "--speed", "50").await_ready()
    # A spooler that does not know its deadline.
    spooler = Office(simulator.printer(), folder / "ledger.sqlite3", 0.1)
    try:
        simulator.fault(paper="out")
        clock.mono_ms = int((time.monotonic() - held_s) * 1000)
        take_number(ctx, "the-request")
        spooler.submit("1", within_s=600)
        wait_for(lambda: spooler.status()[0] == "failed", "the printer is out of paper")
        simulator.fault(paper="ok")
        assert spooler.end_of("1")[0] == "printed"
        (slip,) = read_slips(simulator.http_port)
    finally:
        spooler.close()
        simulator.close()
    mirror_print(ctx, 1, PaperState.PRINTED, rev=3, reason="echo", actor="agent:main")
    with closing(sqlite3.connect(ctx.db.path)) as db:
        return is_late(slip, read_jobs(db).get(slip.fence))


def test_a_slip_that_was_held_until_the_paper_came_is_late_though_the_books_say_printed(
    ctx, clock, tmp_path
):
    assert printed(ctx, clock, tmp_path, held_s=20)


def test_a_slip_that_was_printed_in_its_time_is_not_late(ctx, clock, tmp_path):
    assert not printed(ctx, clock, tmp_path, held_s=0)
