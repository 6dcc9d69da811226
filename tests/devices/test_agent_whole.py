"""A whole agent in a process of its own: pins, journal, link, and what kill -9 leaves."""

from __future__ import annotations

import contextlib
import random
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_kit import StubServer, issue_button, make_config
from agent_process import AgentProcess

from tests.support.wait import wait_for

StartAgent = Callable[..., AgentProcess]


def journaled(data: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(data / "agent.sqlite")
    try:
        return db.execute("SELECT request_id, button FROM press ORDER BY id").fetchall()
    finally:
        db.close()


def test_a_push_is_acknowledged_reported_and_confirmed(
    server: StubServer, start_agent: StartAgent
) -> None:
    agent = start_agent(make_config(server.url, [issue_button(17, 27)]))
    panel = agent.panel
    panel.push(17, 27)
    (row,) = wait_for(lambda: server.rows("press"))
    assert row["age_ms"] < 1_000
    assert (row["press"], row["kiosk"], row["service"]) == ("issue", "hall", "a")
    assert row["button"] == "main-gpio17"
    wait_for(lambda: not panel.light(27))
    assert agent.stop() == 0


def test_a_refused_press_flashes(server: StubServer, start_agent: StartAgent) -> None:
    server.result = lambda row: {"outcome": "refused", "code": "service_closed"}
    panel = start_agent(make_config(server.url, [issue_button(17, 27)])).panel
    panel.hold(17)
    flashes = 0
    for _ in range(5):
        wait_for(lambda: panel.light(27))
        wait_for(lambda: not panel.light(27))
        flashes += 1
    assert flashes == 5


def test_every_acknowledged_press_survives_kill_9_and_arrives_exactly_once(
    server: StubServer, start_agent: StartAgent, data: Path
) -> None:
    rounds = 10
    config = make_config(
        server.url, [issue_button(n, 10 + n, service="abcdefghij"[n]) for n in range(rounds)]
    )
    chance = random.Random(2026)
    acknowledged = []
    for n in range(rounds):
        agent = start_agent(config)
        panel = agent.panel
        panel.hold(n)
        # Half of them die as soon as the light is seen; the others before the commit, between
        # commit and light, or later.
        timer = threading.Timer(5 if n % 2 else chance.uniform(0.02, 0.07), agent.process.kill)
        timer.start()
        lit = False
        with contextlib.suppress(OSError, ValueError):  # it was killed first
            lit = wait_for(lambda: panel.light(10 + n), "the light")  # noqa: B023
        if lit:
            acknowledged.append(f"main-gpio{n}")
        timer.cancel()
        agent.kill()

    last = start_agent(config)
    rows = journaled(data)
    assert len({request_id for request_id, _ in rows}) == len(rows)
    buttons = Counter(button for _, button in rows)
    assert all(buttons[button] == 1 for button in acknowledged)
    print(f"{len(acknowledged)} of {rounds} acknowledged, {len(rows)} journaled")
    assert len(acknowledged) >= rounds // 2
    assert max(buttons.values()) == 1

    wanted = {request_id for request_id, _ in rows}
    wait_for(lambda: {row["request_id"] for row in server.rows("press")} == wanted)
    by_id = {row["request_id"]: row["button"] for row in server.rows("press")}
    assert Counter(by_id.values()) == buttons
    assert last.stop() == 0


def test_a_button_held_through_a_restart_is_no_press(
    server: StubServer, start_agent: StartAgent
) -> None:
    """The mock's level is gone with the process, so the button is held before the first sample."""
    config = make_config(server.url, [issue_button(17, 27), issue_button(18, 22, "b")])
    panel = start_agent(config, "held:17").panel
    panel.push(18, 22)
    wait_for(lambda: [row["button"] for row in server.rows("press")] == ["main-gpio18"])
    assert "main-gpio17" in panel.do("state")["held"]
    panel.let_go(17)
    wait_for(lambda: panel.do("state")["held"] == [], "the release")
    panel.push(17, 27)
    wait_for(lambda: len(server.rows("press")) == 2)


def test_pushes_while_the_link_is_down_are_one_press_and_arrive_with_their_age(
    server: StubServer, start_agent: StartAgent, data: Path
) -> None:
    config = make_config(server.url, [issue_button(17, 27)])
    panel = start_agent(config).panel
    wait_for(lambda: panel.do("state")["link"] == "connected")
    server.stop()
    wait_for(lambda: panel.do("state")["link"] == "lost")
    for _ in range(3):
        panel.hold(17)
        wait_for(lambda: panel.do("state")["held"] == ["main-gpio17"], "the push")
        panel.let_go(17)
        wait_for(lambda: panel.do("state")["held"] == [], "the release")
    wait_for(lambda: panel.light(27), "the light of the press")
    assert len(journaled(data)) == 1
    server.start()
    (row,) = wait_for(lambda: server.rows("press"))
    assert row["age_ms"] >= 180


def test_a_dead_poller_ends_the_process(server: StubServer, start_agent: StartAgent) -> None:
    agent = start_agent(make_config(server.url, [issue_button(17, 27)]), "poller_dies_when_pushed")
    agent.panel.hold(17)
    assert agent.wait() == 70


@pytest.mark.parametrize("worker", ["inbox", "sender"])
def test_a_worker_that_ends_by_itself_ends_the_process(
    server: StubServer, start_agent: StartAgent, data: Path, worker: str
) -> None:
    assert start_agent(make_config(server.url), f"dead:{worker}").wait() == 70
    log = (data / "agent.log").read_text()
    assert "worker_died" in log
    assert f"link-{worker}" in log


def test_an_agent_without_buttons_runs_and_reports_itself(
    server: StubServer, start_agent: StartAgent
) -> None:
    agent = start_agent(make_config(server.url))
    wait_for(lambda: server.rows("device"))
    assert server.rows("device")[0] == {
        "kind": "device",
        "device": "agent-main",
        "device_kind": "agent",
        "state": "ok",
        "causes": [],
        "age_ms": server.rows("device")[0]["age_ms"],
        "paper": None,
    }
    assert agent.panel.do("state")["pins"] == {}
    assert agent.stop() == 0


def test_a_second_agent_on_the_same_data_is_refused(
    server: StubServer, start_agent: StartAgent, data: Path
) -> None:
    first = start_agent(make_config(server.url))
    second = start_agent(make_config(server.url))
    assert not second.ready
    assert second.wait() == 1
    assert "agent_already_running" in (data / "agent.log").read_text()
    assert first.panel.do("state")["ok"]


def test_it_stops_within_3_s_while_the_server_stalls(
    server: StubServer, start_agent: StartAgent
) -> None:
    server.become("stall")
    agent = start_agent(make_config(server.url, [issue_button(17, 27)]))
    agent.panel.push(17, 27)
    agent.process.terminate()
    agent.process.wait(20)
    assert agent.stop() == 0
    server.become("ok")


def test_a_press_whose_answer_was_never_stored_is_repeated_with_its_id(
    server: StubServer, start_agent: StartAgent
) -> None:
    config = make_config(server.url, [issue_button(17, 27)])
    agent = start_agent(config)
    agent.panel.push(17, 27)
    (first,) = wait_for(lambda: server.rows("press"))
    agent.kill()
    start_agent(config)
    wait_for(lambda: len(server.rows("press")) == 2)
    assert server.rows("press")[1]["request_id"] == first["request_id"]


def test_the_control_socket_names_what_it_cannot_do(
    server: StubServer, start_agent: StartAgent, data: Path
) -> None:
    panel = start_agent(make_config(server.url, [issue_button(17, 27)])).panel
    assert panel.ask(b"no json") == {"ok": False, "error": "bad_request"}
    assert panel.ask(b"[]") == {"ok": False, "error": "bad_request"}
    assert panel.do("dance") == {"ok": False, "error": "unknown_op"}
    assert panel.do("drive", pin=5, level="low") == {"ok": False, "error": "unknown_pin"}
    assert panel.do("drive", pin=[], level="low") == {"ok": False, "error": "unknown_pin"}
    assert panel.do("drive", pin=17, level=1) == {"ok": False, "error": "bad_level"}
    state: dict[str, Any] = panel.do("state")
    assert state["pins"] == {"17": "high"}
    assert state["lights"] == {"27": False}
    assert state["printers"] == {}
    assert (data / "agent.sock").stat().st_mode & 0o777 == 0o600


def test_the_control_socket_is_gone_after_a_clean_stop(
    server: StubServer, start_agent: StartAgent, data: Path
) -> None:
    agent = start_agent(make_config(server.url))
    assert agent.stop() == 0
    assert not (data / "agent.sock").exists()
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(FileNotFoundError):
        client.connect(str(data / "agent.sock"))


def test_an_agent_that_is_told_to_stop_as_soon_as_it_is_ready_stops(
    server: StubServer, start_agent: StartAgent
) -> None:
    """The signal often comes just before the main thread begins to wait."""
    config = make_config(server.url)
    assert [start_agent(config).stop() for _ in range(5)] == [0] * 5


def test_a_press_becomes_a_slip_that_is_printed_and_reported(
    server: StubServer, start_agent: StartAgent, simulated_printer: tuple[int, int]
) -> None:
    from test_agent_printing import job

    agent = start_agent(
        make_config(server.url, [issue_button(17, 27)], printer_port=simulated_printer[0])
    )
    agent.panel.push(17, 27)
    wait_for(lambda: server.rows("press"))
    message = job(1).model_dump(mode="json", exclude={"n", "kind"})
    server.offer(**message)
    (row,) = wait_for(lambda: server.rows("print"))
    assert (row["job_id"], row["state"]) == (1, "printed")
    devices = {row["device"]: row["state"] for row in server.rows("device")}
    assert devices == {"agent-main": "ok", "main-gpio17": "ok", "p1": "ok"}
    assert agent.stop() == 0


def test_the_agent_stays_within_its_memory(
    server: StubServer, start_agent: StartAgent, simulated_printer: tuple[int, int]
) -> None:
    from test_agent_printing import job

    agent = start_agent(
        make_config(server.url, [issue_button(17, 27)], printer_port=simulated_printer[0])
    )
    for n in range(1, 4):
        server.offer(**job(n).model_dump(mode="json", exclude={"n", "kind"}))
    wait_for(lambda: len(server.rows("print")) == 3)
    rollup = Path(f"/proc/{agent.process.pid}/smaps_rollup").read_text()
    pss_kb = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    print(f"agent PSS {pss_kb // 1024} MB")
    assert pss_kb < 55 * 1024
