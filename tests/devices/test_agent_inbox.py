"""The inbox: every message is read, whatever happened to the connection or the server."""

from __future__ import annotations

from typing import Any

from agent_kit import StubServer
from link_bench import LinkBench

from tests.support.wait import wait_for


def slip_message(job_id: int, printer: str = "p1", left_ms: int = 15_000) -> dict[str, Any]:
    texts = ("office", "parent", "title", "number", "service", "ahead_line", "priority_line")
    slip = {name: name for name in (*texts, "time_line", "tracking_url", "tracking_line")}
    return {
        "job_id": job_id,
        "printer": printer,
        "left_ms": left_ms,
        "slip": {**slip, "notice": []},
    }


def test_messages_are_handed_on_once_and_in_order(server: StubServer, link: LinkBench) -> None:
    server.offer(**slip_message(1))
    server.offer(**slip_message(2))
    link.start(inbox=True)
    wait_for(lambda: link.jobs == [1, 2])
    server.offer(**slip_message(3))
    wait_for(lambda: link.jobs == [1, 2, 3])
    assert next(path for path in server.requests if "inbox" in path).endswith("after=0&wait=0")


def test_after_a_lost_connection_the_inbox_asks_from_the_beginning(
    server: StubServer, link: LinkBench
) -> None:
    server.offer(**slip_message(1))
    link.start(inbox=True)
    wait_for(lambda: any("after=1" in path for path in server.requests))
    server.restart()
    wait_for(lambda: link.jobs == [1, 1])


def test_a_server_that_counts_anew_is_read_from_the_beginning(
    server: StubServer, link: LinkBench
) -> None:
    for n in (1, 2, 3):
        server.offer(**slip_message(n))
    link.inbox._after = 50
    link.start(inbox=True)
    wait_for(lambda: link.jobs == [1, 2, 3])


def test_a_message_that_is_not_understood_does_not_hide_the_next(
    server: StubServer, link: LinkBench
) -> None:
    server.offer(kind="hologram", job_id=1)
    server.offer(**slip_message(2))
    link.start(inbox=True)
    wait_for(lambda: link.jobs == [2])
