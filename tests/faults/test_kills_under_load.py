"""kill -9 in the middle of load, again and again: nothing acknowledged is lost or doubled.

The referees are outside of what is killed: the test's own list of answered requests and
acknowledged lights, the simulated printer's own count, and `moiso verify`.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.support.people import clerk
from tests.support.programs import ROOT, Rig, running
from tests.support.wait import wait_for

KILLS = 20
SEED = 20261123
FINAL = {"printed", "unconfirmed", "unknown", "failed", "expired"}


@dataclass
class Load:
    """People at work while programs die; keeps what was promised to them."""

    rig: Rig
    stop: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, str] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    acknowledged: int = 0

    def start(self) -> None:
        self.token = self.rig.screen_token("kiosk", "kiosk-1")
        self.lan = clerk(self.rig.port)
        buttons = self.rig.get("/lab/api/state").body["buttons"]
        self.pins = [button["pin"] for button in buttons if button["press"] == "issue"]
        work = (self.touch, self.touch, self.call, self.push)
        self.threads = [
            threading.Thread(target=self._guard, args=(job, n)) for n, job in enumerate(work)
        ]
        for thread in self.threads:
            thread.start()

    def await_promises(self, kills: int) -> None:
        """Let a slow machine promise enough before so many kills: two numbers, a call for each."""
        wait_for(
            lambda: (
                self.failures
                or (
                    len(self.answered) > 2 * kills
                    and len(self.called) > kills
                    and self.acknowledged > kills // 2
                )
            ),
            f"what is promised before {kills} kills",
            60,
        )

    def finish(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
        assert self.failures == []

    def _guard(self, job, n: int) -> None:
        count = 0
        while not self.stop.is_set():
            count += 1
            try:
                job(n, count)
            except (OSError, HTTPException):
                # The server is dead just now; whoever was not answered tries again.
                self.stop.wait(0.05)
            except ValueError:
                # An answer that was cut off in the middle is no answer.
                self.stop.wait(0.05)
            except BaseException as exc:  # noqa: BLE001 - shown by finish()
                self.failures.append(exc)
                return

    def touch(self, n: int, count: int) -> None:
        """Take a number at the kiosk's glass; only an answer is a promise."""
        service = ("chung-thuc", "tra-ket-qua")[n]
        request_id = f"touch-{n}-{count:05d}"
        body = {"service": service, "request_id": request_id}
        answer = self.rig.post("/api/v1/tickets", body, token=self.token, timeout_s=5)
        assert answer.status in (200, 201), answer
        self.answered[request_id] = answer.body["ticket"]["label"]
        # A citizen a second at each: more than any office has.
        self.stop.wait(0.25)

    def call(self, n: int, count: int) -> None:
        answer = self.lan.verb(2, "call-next", f"call-{count:05d}")
        assert answer.status == 200, answer
        if answer.body["ticket"]:
            self.called.append(answer.body["ticket"]["label"])
        self.stop.wait(0.2)

    def push(self, n: int, count: int) -> None:
        """Push a real (mock) pin; the light is the promise.

        The agent takes a service's button once in 3 s, so the hand goes round all of them.
        """
        pin = self.pins[count % len(self.pins)]
        was_lit = self.rig.lights().get(pin)
        if self.rig.lab_press(pin, "low").status == 200:
            lit = False
            for _ in range(10):  # a push within 3 s of the last one is none: no light says so
                self.stop.wait(0.05)
                lit = bool(self.rig.lights().get(pin))
                if lit or was_lit:
                    break
            self.acknowledged += lit and not was_lit
            self.rig.lab_press(pin, "high")
        self.stop.wait(0.15)


@pytest.fixture
def rig(tmp_path):
    extra = {"MOISO_LIMITS__TICKETS_PER_DEVICE": "100000 per 1 second"}
    with running(tmp_path, speed=60, extra_env=extra) as office:
        yield office


@pytest.mark.timeout(400)
def test_twenty_kills_of_server_and_agent_lose_and_double_nothing(rig: Rig):
    dice = random.Random(SEED)
    load = Load(rig)
    load.start()
    for kill in range(KILLS):
        victim = (rig.server, rig.agent)[kill % 2]
        load.await_promises(kill)
        load.stop.wait(dice.uniform(0.4, 1.6))
        victim.kill()
        load.stop.wait(dice.uniform(0.0, 0.6))
        victim.start()
        wait_for(rig.is_ready, "the server is back", 30)
    load.await_promises(KILLS)
    load.finish()
    wait_for(lambda: _open_slips(rig) == [], "every slip has a final word", 90)
    wait_for(lambda: _unanswered(rig) == 0, "every press was reported", 30)
    _prove(rig, load)


def _prove(rig: Rig, load: Load) -> None:
    copy = rig.folder / "copy"
    copy.mkdir()
    rig.server.kill()
    rig.agent.kill()
    for path in rig.data.glob("office.sqlite*"):
        shutil.copy(path, copy)
    verify = subprocess.run(
        [sys.executable, "-m", "appliance", "verify", str(copy / "office.sqlite")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verify.returncode == 0, verify.stdout + verify.stderr

    db = sqlite3.connect(copy / "office.sqlite")
    rows = dict(db.execute("SELECT request_id, label FROM tickets"))
    events = Counter(r for (r,) in db.execute("SELECT request_id FROM events") if r)
    called = [label for (label,) in db.execute("SELECT label FROM tickets WHERE calls > 0")]
    papers = dict(db.execute("SELECT id, state FROM print_jobs"))
    db.close()

    for request_id, label in load.answered.items():
        assert rows[request_id] == label
    assert max(events.values()) == 1
    assert set(load.called) <= set(called)

    presses = _journal(rig)
    assert len(presses) >= load.acknowledged
    missing = [request_id for request_id in presses if events[request_id] != 1]
    assert missing == []

    assert set(papers.values()) <= FINAL
    slips = Counter(slip["fence"] for slip in rig.printed()["slips"] if slip["complete"])
    assert max(slips.values()) == 1, "a slip came out twice"
    by_state = Counter(papers.values())
    on_paper = sum(slips.values())
    assert by_state["printed"] <= on_paper <= by_state["printed"] + by_state["unknown"]


def _open_slips(rig: Rig) -> list[int]:
    with_db = sqlite3.connect(f"file:{rig.data / 'office.sqlite'}?mode=ro", uri=True)
    rows = with_db.execute("SELECT id FROM print_jobs WHERE state = 'queued'").fetchall()
    with_db.close()
    return [row[0] for row in rows]


def _unanswered(rig: Rig) -> int:
    known = _events(rig)
    return len([request_id for request_id in _journal(rig) if request_id not in known])


def _events(rig: Rig) -> set[str]:
    db = sqlite3.connect(f"file:{rig.data / 'office.sqlite'}?mode=ro", uri=True)
    rows = {r for (r,) in db.execute("SELECT request_id FROM events WHERE request_id NOT NULL")}
    db.close()
    return rows


def _journal(rig: Rig) -> list[str]:
    """Return the request ids that the agent's journal holds: what its lights acknowledged."""
    path: Path = rig.data / "agent.sqlite"
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = [r for (r,) in db.execute("SELECT request_id FROM press ORDER BY id")]
    db.close()
    return rows
