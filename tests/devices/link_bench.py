"""Sender and inbox on a source of rows that is filled by hand."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from agent_kit import StubServer

from appliance.clock import SystemClock
from appliance.devices.agent_token import Token
from appliance.devices.http_client import HttpClient
from appliance.devices.inbox import Inbox
from appliance.devices.link_state import LinkState
from appliance.devices.reports import DeviceReports, Outgoing
from appliance.devices.sender import Sender
from appliance.protocol.agent import PressRow, PrintMessage
from tests.support.wait import wait_for


class Rows:
    """A source whose rows are put in by hand."""

    def __init__(self) -> None:
        self.waiting: dict[str, PressRow] = {}
        self.answers: dict[str, list[str]] = {}
        self.set_aside: dict[str, str] = {}

    def put(self, *ids: str) -> None:
        for rid in ids:
            self.waiting[rid] = PressRow(
                request_id=rid, press="call", button="main-gpio17", age_ms=5, counter=1
            )

    def pending(self, limit: int) -> list[Outgoing]:
        return [self._outgoing(rid, row) for rid, row in list(self.waiting.items())[:limit]]

    def _outgoing(self, rid: str, row: PressRow) -> Outgoing:
        def answered(result: Any) -> None:
            self.answers.setdefault(rid, []).append(result.outcome)
            self.waiting.pop(rid, None)

        def set_aside(reason: str) -> None:
            self.set_aside[rid] = reason
            self.waiting.pop(rid, None)

        return Outgoing(row, answered, set_aside)


class LinkBench:
    """Sender and inbox against the stub, as the agent builds them."""

    def __init__(self, server: StubServer, folder: Path) -> None:
        self.rows = Rows()
        self.wake = threading.Event()
        self.jobs: list[int] = []
        self.clock = SystemClock()
        self.devices = DeviceReports(self.clock, "agent-main", self.wake.set)
        self.state = LinkState(self.clock, self.devices.refresh)
        self.token = Token(folder / "agent.token")
        sources = (self.rows, self.devices)
        self.sender = Sender(
            HttpClient(server.url, lambda: self.token.value),
            self.token,
            sources,
            self.state,
            "instance",
            self.wake,
            timeout_s=0.5,
        )
        self.inbox = Inbox(
            HttpClient(server.url, lambda: self.token.value), self.token, self.state, self._job
        )
        self.threads: list[threading.Thread] = []

    def _job(self, message: PrintMessage) -> None:
        self.jobs.append(message.job_id)

    def start(self, *, inbox: bool = False) -> None:
        for worker in (self.sender, *((self.inbox,) if inbox else ())):
            thread = threading.Thread(target=worker.run)
            thread.start()
            self.threads.append(thread)

    def put(self, *ids: str) -> None:
        self.rows.put(*ids)
        self.wake.set()

    def all_answered(self, *ids: str) -> None:
        wait_for(lambda: set(self.rows.answers) == set(ids), f"answers to {ids}")
        assert not self.rows.waiting

    def close(self) -> None:
        self.sender.stop()
        self.inbox.stop()
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()
        self.sender._client.close()
        self.inbox._client.close()
