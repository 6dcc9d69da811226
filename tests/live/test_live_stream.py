"""What screens hear: a snapshot, then every event of their own stream, in one chain."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from appliance.bootstrap.server import build_context
from appliance.clock import demo_clock_from_env
from appliance.config import load
from appliance.usecases.devices import pair
from appliance.usecases.issue import issue
from tests.http.kit import clear, request_id, rows, take, taken
from tests.live.screen import Refused, connect, screen
from tests.live.test_live_door import console_token
from tests.support.people import clerk
from tests.support.programs import anchored
from tests.support.wait import wait_for

LIVE_TYPES = {
    "kiosk": ("ticket.", "print.", "press.refused", "device.changed"),
    "board": ("ticket.",),
    "console": ("ticket.", "print.", "device.changed"),
}


@pytest.fixture(scope="module")
def tokens(rig):
    return {
        "kiosk": rig.screen_token("kiosk", "kiosk-2"),
        "board": rig.screen_token("board", "main"),
        "counter": rig.screen_token("counter", "1"),
        "console": console_token(clerk(rig.port), 1),
    }


def head(rig) -> int:
    return int(rows(rig, "SELECT seq FROM log_head")[0][0])


@pytest.mark.parametrize("kind", ["kiosk", "board", "counter", "console"])
def test_hello_is_answered_by_the_whole_state(rig, tokens, kind):
    ticket = taken(rig, tokens["kiosk"])
    before = head(rig)
    with screen(rig.port, tokens[kind]) as found:
        assert set(found.snapshot) == {"seq", "at", "state"}
        assert before <= found.snapshot["seq"] <= head(rig)
        at = datetime.fromisoformat(found.snapshot["at"])
        assert at.tzinfo is not None
        state = found.snapshot["state"]
        asked = {"kiosk": "services", "board": "calls", "counter": "open", "console": "waiting"}
        assert asked[kind] in state
        if kind == "console":
            assert ticket["label"] in [waiting["label"] for waiting in state["waiting"]]


def test_nothing_is_heard_before_the_hello(rig, tokens):
    quiet = connect(rig.port, {"token": tokens["board"]})
    with screen(rig.port, tokens["board"]) as other:
        taken(rig, tokens["kiosk"])
        other.until(lambda: other.events, "the event")
    assert quiet.socket.receive(timeout=0) in (None, "2")
    # The server itself may note meanwhile that a screen is gone.
    before = head(rig)
    assert before <= quiet.hello()["seq"] <= head(rig)
    quiet.socket.close()


def test_every_screen_has_its_own_unbroken_chain_under_load(rig, tokens):
    clear(rig)
    numbers, calls = 50, 10
    people = {counter: clerk(rig.port) for counter in (1, 2, 3)}
    found = {
        kind: connect(rig.port, {"token": token})
        for kind, token in tokens.items()
        if kind in LIVE_TYPES
    }
    starts = {kind: one.hello()["seq"] for kind, one in found.items()}
    begin = threading.Barrier(7)

    def taking(services: tuple[str, ...]) -> None:
        begin.wait(10)
        for n in range(numbers // 4 + 1):
            assert take(rig, tokens["kiosk"], services[n % len(services)]).status == 201

    def calling(counter: int) -> None:
        begin.wait(10)
        for _ in range(calls):
            assert people[counter].verb(counter, "call-next").status == 200

    with ThreadPoolExecutor(7) as pool:
        jobs = [pool.submit(taking, ("ho-tich", "dat-dai", "chung-thuc")) for _ in range(4)]
        jobs += [pool.submit(calling, counter) for counter in people]
        for job in jobs:
            job.result(30)
    for kind, one in found.items():
        wanted = [
            seq
            for seq, type_ in rows(rig, f"SELECT seq, type FROM events WHERE seq > {starts[kind]}")
            if type_.startswith(LIVE_TYPES[kind]) and type_ != "print.changed"
        ]
        one.until(lambda one=one, wanted=wanted: one.last >= wanted[-1], f"the last of {kind}")
        heard = [e["seq"] for e in one.events if not e["type"].startswith(("print.", "device."))]
        assert heard == [seq for seq in wanted if seq in set(heard)]
        tickets = [
            row[0]
            for row in rows(
                rig,
                f"SELECT seq FROM events WHERE type LIKE 'ticket.%' AND seq > {starts[kind]}",
            )
        ]
        assert heard == tickets
        assert one.snapshots == 1


def test_events_folded_into_a_snapshot_give_the_next_snapshot(rig, tokens):
    clear(rig)
    lan = clerk(rig.port)
    console = connect(rig.port, {"token": tokens["console"]})
    waiting = [ticket["label"] for ticket in console.hello()["state"]["waiting"]]
    kept = taken(rig, tokens["kiosk"], "ho-tich")
    taken(rig, tokens["kiosk"], "dat-dai")
    taken(rig, tokens["kiosk"], "chung-thuc")
    lan.verb(1, "call-next")
    lan.verb(1, "absent")
    lan.post(f"/api/v1/tickets/{kept['id']}/return", {"request_id": request_id()})
    seq = head(rig)
    mine = {service["code"] for service in console.snapshot["state"]["services"]}
    console.until(lambda: console.last >= seq, "everything")
    for event in console.events:
        ticket = event["payload"].get("ticket")
        if ticket is None or ticket["service"] not in mine:
            continue
        waiting = [label for label in waiting if label != ticket["label"]]
        if ticket["state"] == "waiting":
            waiting.append(ticket["label"])
    folded_at = console.last
    again = console.hello()
    assert again["seq"] >= folded_at
    assert sorted(waiting) == sorted(t["label"] for t in again["state"]["waiting"])
    console.socket.close()


def test_the_link_of_a_ticket_goes_to_its_own_kiosk_alone(rig, tokens):
    other = rig.screen_token("kiosk", "kiosk-1")
    watchers = {**tokens, "other": other}
    found = {name: connect(rig.port, {"token": token}) for name, token in watchers.items()}
    for one in found.values():
        one.hello()
    seq = head(rig)
    ticket = taken(rig, tokens["kiosk"])
    lan = clerk(rig.port)
    lan.post("/api/v1/tickets", {"service": "ho-tich", "request_id": request_id()})
    secrets = {t for (t,) in rows(rig, "SELECT token FROM tickets")}
    for name, one in found.items():
        one.until(lambda one=one: len(issued(one, seq)) == 2, f"both tickets at {name}")
        first, second = issued(one, seq)
        assert first["payload"]["ticket"]["id"] == ticket["id"]
        assert (first["payload"]["token"] != "") == (name == "kiosk")
        assert second["payload"]["token"] == ""
        if name != "kiosk":
            said = str(one.snapshot) + str(one.events) + str(one.hello())
            assert not [secret for secret in secrets if secret in said]
        one.socket.close()


def test_a_screen_that_falls_silent_takes_no_other_with_it(rig, tokens):
    """Four boards stop answering pings; the server drops them while events go out all the time."""
    silent = [connect(rig.port, {"token": tokens["board"]}) for _ in range(4)]
    for one in silent:
        one.hello()
    with screen(rig.port, tokens["board"]) as board:

        def gone() -> bool:
            before = len(board.events)
            taken(rig, tokens["kiosk"])
            board.until(lambda: len(board.events) > before, "the event")
            return all(one.closed() for one in silent)

        wait_for(gone, "the silent ones are dropped", 20)
        seq = board.last
        taken(rig, tokens["kiosk"])
        board.until(lambda: board.last > seq, "the event after")
        ticks = len(board.ticks)
        board.until(lambda: len(board.ticks) > ticks, "the tick after", within_s=5)
        tick = board.ticks[-1]
        assert tick["seq"] == board.last
        assert moment(tick["at"]) > moment(board.snapshot["at"])


def test_what_another_process_writes_goes_out_too(rig, tokens):
    """The test itself is the other process, with a database of its own on the same file."""
    config = load(rig.data / "moiso.toml", {})
    clock = demo_clock_from_env(anchored(rig.env["MOISO_DEMO_CLOCK"]))
    ctx = build_context(config, rig.data / "office.sqlite", clock)
    try:
        with screen(rig.port, tokens["board"]) as board:
            issued_here = issue(
                ctx, "ho-tich", priority=True, kiosk=None, request_id=request_id(), actor="test"
            )
            started_s = time.monotonic()
            board.until(
                lambda: (
                    issued_here.ticket.id
                    in [event["payload"]["ticket"]["id"] for event in board.events]
                ),
                "the ticket",
            )
            assert time.monotonic() - started_s < 3, "soon, on a busy machine too"
        pair(ctx, "board", "main", "a-token-from-elsewhere", actor="test")
    finally:
        ctx.db.close()
    written = head(rig)
    with screen(rig.port, "a-token-from-elsewhere") as late:
        # The server notes things of its own meanwhile, such as that a screen is there.
        assert written <= late.snapshot["seq"] <= head(rig)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def issued(one, after: int) -> list[dict]:
    return [e for e in one.events if e["type"] == "ticket.issued" and e["seq"] > after]


def test_a_counters_screen_hears_of_its_own_tickets_and_services_alone(rig, tokens):
    clear(rig)
    lan = clerk(rig.port)
    with screen(rig.port, tokens["counter"]) as found:
        services = {one["code"] for one in found.snapshot["state"]["services"]}
        assert services == {"ho-tich", "chung-thuc"}
        taken(rig, tokens["kiosk"], "dat-dai")
        mine = taken(rig, tokens["kiosk"], "ho-tich")
        lan.verb(3, "call-next")
        lan.verb(1, "call-next")
        seq = head(rig)
        found.until(lambda: found.last >= seq, "the call")
        assert [event["payload"]["ticket"]["id"] for event in found.events] == [mine["id"]] * 2
        assert found.hello()["state"]["ticket"]["id"] == mine["id"]
    with pytest.raises(Refused):
        connect(rig.port, {"token": "no-token"})
    lan.verb(1, "finish")
    lan.verb(3, "finish")
