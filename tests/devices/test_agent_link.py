"""The link: everything is told in order, and until it was heard, whatever the server does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_kit import StubServer
from link_bench import LinkBench

from appliance.clock import SystemClock
from appliance.devices.link_state import LONGEST_PAUSE_S, Backoff
from appliance.devices.reports import DeviceReports
from tests.support.wait import wait_for

IDS = [f"request-{n:04d}" for n in range(250)]


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["request_id"] for row in rows]


def test_rows_arrive_in_order_in_batches_of_at_most_100(
    server: StubServer, link: LinkBench
) -> None:
    link.put(*IDS)
    link.start()
    link.all_answered(*IDS)
    assert ids(server.rows("press")) == IDS
    assert [len(batch) for batch in server.batches] == [100, 100, 50]


@pytest.mark.parametrize("trouble", ["reset", "500", "503", "gone", "swallow", "stall"])
def test_what_was_not_heard_is_said_again(
    server: StubServer, link: LinkBench, trouble: str
) -> None:
    if trouble == "gone":
        server.stop()
    else:
        server.become(trouble)
    link.put(*IDS[:3])
    link.start()
    wait_for(lambda: link.state.word == "lost")
    link.put(*IDS[3:5])
    if trouble == "gone":
        server.start()
    else:
        server.become("ok")
    link.all_answered(*IDS[:5])
    assert link.state.word == "connected"
    heard = ids(server.rows("press"))
    assert list(dict.fromkeys(heard)) == IDS[:5]
    if trouble not in ("swallow", "stall"):  # there the server heard and could not answer
        assert heard == IDS[:5]
    assert all(len(answers) == 1 for answers in link.rows.answers.values())


def test_the_next_batch_waits_for_the_answer_to_the_last(
    server: StubServer, link: LinkBench
) -> None:
    server.become("stall")
    link.put(IDS[0])
    link.start()
    wait_for(lambda: server.requests)
    link.put(IDS[1])
    assert server.rows("press") == []
    server.become("ok")
    link.all_answered(*IDS[:2])
    assert list(dict.fromkeys(ids(server.rows("press")))) == IDS[:2]


def test_a_row_that_the_server_calls_invalid_is_set_aside_and_the_others_go_on(
    server: StubServer, link: LinkBench
) -> None:
    server.invalid = lambda row: row.get("request_id") in (IDS[1], IDS[3])
    link.put(*IDS[:5])
    link.start()
    link.all_answered(IDS[0], IDS[2], IDS[4])
    assert set(link.rows.set_aside) == {IDS[1], IDS[3]}
    assert link.rows.set_aside[IDS[1]].startswith("422")
    assert ids(server.rows("press")) == [IDS[0], IDS[2], IDS[4]]
    assert link.state.word == "connected"


def test_a_lost_link_while_rows_are_sent_one_by_one_loses_none(
    server: StubServer, link: LinkBench
) -> None:
    server.invalid = lambda row: row.get("request_id") == IDS[1]

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        if row.get("request_id") == IDS[2] and not link.rows.answers.get(IDS[2]):
            server.mode = "reset" if server.mode == "ok" and not broken else server.mode
            broken.append(True)
        return {"outcome": "done"}

    broken: list[bool] = []
    server.result = answer
    link.put(*IDS[:5])
    link.start()
    wait_for(lambda: broken)
    server.become("ok")
    link.all_answered(IDS[0], IDS[2], IDS[3], IDS[4])
    assert set(link.rows.set_aside) == {IDS[1]}


def test_an_answer_with_the_wrong_number_of_results_is_not_believed(
    server: StubServer, link: LinkBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.result = lambda row: {"outcome": "no such outcome"}
    link.put(IDS[0])
    link.start()
    wait_for(lambda: link.state.word == "lost")
    assert link.rows.waiting
    server.result = lambda row: {"outcome": "done"}
    link.all_answered(IDS[0])


def test_a_refused_token_is_read_again_from_its_file(
    server: StubServer, link: LinkBench, tmp_path: Path
) -> None:
    server.tokens = {"a-new-token"}
    (tmp_path / "agent.token").write_text("a-new-token\n")
    link.put(IDS[0])
    link.start(inbox=True)
    link.all_answered(IDS[0])
    wait_for(lambda: link.state.word == "connected")


def test_a_token_that_stays_refused_is_not_hammered(server: StubServer, link: LinkBench) -> None:
    server.tokens = set()
    link.put(IDS[0])
    link.start(inbox=True)
    wait_for(lambda: len(server.requests) == 2)
    wait_for(lambda: link.state.word == "lost")
    threading.Event().wait(0.3)  # nothing to wait for: it must not happen
    assert len(server.requests) == 2
    assert list(link.rows.waiting) == [IDS[0]]


def test_every_device_is_reported_again_when_the_server_is_back(
    server: StubServer, link: LinkBench
) -> None:
    link.devices.report("printer", "p1", "failed", ("paper_out",))
    link.devices.button("main-gpio17")
    link.start(inbox=True)
    wait_for(lambda: len(server.rows("device")) >= 2)
    wait_for(lambda: link.state.word == "connected")
    before = len(server.rows("device"))
    server.restart()
    wait_for(lambda: len(server.rows("device")) >= before + 2)
    states = {(r["device"], r["state"], tuple(r["causes"])) for r in server.rows("device")[before:]}
    assert states == {("p1", "failed", ("paper_out",)), ("main-gpio17", "ok", ())}


def test_every_change_of_a_device_is_told_once_and_in_order(
    server: StubServer, link: LinkBench
) -> None:
    server.become("500")
    link.start()
    for state in ("ok", "failed", "failed", "ok"):
        link.devices.report("printer", "p1", state)
    wait_for(lambda: link.state.word == "lost")
    server.become("ok")
    wait_for(lambda: len(server.rows("device")) == 3)
    assert [row["state"] for row in server.rows("device")] == ["ok", "failed", "ok"]
    wait_for(lambda: not link.devices.pending(10))


def test_unchanged_states_are_said_again_every_30_s() -> None:
    class Slow(SystemClock):
        ahead_ms = 0

        def monotonic_ms(self) -> int:
            return super().monotonic_ms() + self.ahead_ms

    clock = Slow()
    devices = DeviceReports(clock, "agent-main", lambda: None)
    devices.report("printer", "p1", "ok")
    for row in devices.pending(10):
        row.answered(None)  # type: ignore[arg-type]
    assert devices.pending(10) == []
    clock.ahead_ms = 30_000
    assert [row.row.device for row in devices.pending(10)] == ["p1"]  # type: ignore[union-attr]


def test_pauses_double_up_to_2_s_and_begin_again_after_a_success() -> None:
    backoff = Backoff()
    pauses = [backoff.next_s() for _ in range(20)]
    assert all(0.05 * 2**n <= pause <= 0.1 * 2**n for n, pause in enumerate(pauses[:4]))
    assert max(pauses) <= LONGEST_PAUSE_S
    backoff.reset()
    assert backoff.next_s() <= 0.1


def test_stop_ends_a_long_poll_at_once(server: StubServer, link: LinkBench) -> None:
    link.start(inbox=True)
    wait_for(lambda: any("inbox" in path for path in server.requests))
    ended: Callable[[], bool] = lambda: not any(t.is_alive() for t in link.threads)  # noqa: E731
    link.inbox.stop()
    link.sender.stop()
    wait_for(ended, "far sooner than the 20 s of a question", 5)
