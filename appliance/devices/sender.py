"""The outgoing half of the link: reports rows in order, the next batch only after a 2xx.

2xx                        every row is told its result
400 409 413 415 422        the batch is sent row by row; a row refused alone is set aside
401 403 404 408 429 …      not the rows' fault: said loudly, tried again slowly
5xx, no answer             tried again with back-off
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from enum import Enum

from pydantic import ValidationError

from appliance import logs
from appliance.devices.agent_token import Token
from appliance.devices.http_client import Answer, HttpClient
from appliance.devices.link_state import SLOW_PAUSE_S, Backoff, LinkState
from appliance.devices.reports import Outgoing, Source
from appliance.errors import Unavailable
from appliance.protocol.agent import ReportAnswer, ReportBatch, RowResult

PATH = "/agent/v1/reports"

_CHANNEL = "reports"
_BATCH = 100
_IDLE_S = 1.0
_ROW_FAULTS = frozenset({400, 409, 413, 415, 422})


class _Verdict(Enum):
    """How sending has ended."""

    DONE = 1
    ROWS_REFUSED = 2
    TRY_AGAIN = 3


class Sender:
    """Sends what the sources hold, as long as the agent lives; `wake` says that there is more."""

    name = "link-sender"

    def __init__(
        self,
        client: HttpClient,
        token: Token,
        sources: Sequence[Source],
        state: LinkState,
        instance: str,
        wake: threading.Event,
        timeout_s: float = 5.0,
    ) -> None:
        self._client = client
        self._token = token
        self._sources = sources
        self._state = state
        self._instance = instance
        self._timeout_s = timeout_s
        self._wake = wake
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._log = logs.get_logger()

    def run(self) -> None:
        """Report until stopped."""
        if not self._token.wait(self._stopping):
            return
        while not self._stopping.is_set():
            self._wake.clear()
            rows = self._collect()
            if rows:
                self._deliver(rows)
            else:
                self._wake.wait(_IDLE_S)

    def stop(self) -> None:
        """End now; what was not answered stays where it is kept."""
        self._stopping.set()
        self._wake.set()
        self._client.abort()

    def _collect(self) -> list[Outgoing]:
        rows: list[Outgoing] = []
        for source in self._sources:
            rows += source.pending(_BATCH - len(rows))
        return rows

    def _deliver(self, rows: list[Outgoing]) -> None:
        verdict, reason = self._send(rows)
        if verdict is not _Verdict.ROWS_REFUSED:
            return
        if len(rows) == 1:
            rows[0].set_aside(reason)
            return
        self._log.error("batch_refused", rows=len(rows), reason=reason)
        for row in rows:
            verdict, reason = self._send([row])
            if verdict is _Verdict.ROWS_REFUSED:
                row.set_aside(reason)
            elif verdict is _Verdict.TRY_AGAIN:
                return

    def _send(self, rows: list[Outgoing]) -> tuple[_Verdict, str]:
        batch = ReportBatch(instance=self._instance, rows=[row.row for row in rows])
        used = self._token.value
        try:
            answer = self._client.request(
                "POST", PATH, batch.model_dump_json().encode(), timeout_s=self._timeout_s
            )
        except Unavailable as exc:
            return self._pause(str(exc.fields["reason"]), self._backoff.next_s())
        if 200 <= answer.status < 300:
            return self._take(rows, answer)
        if answer.status in _ROW_FAULTS:
            self._backoff.reset()
            self._state.answered(_CHANNEL)
            return _Verdict.ROWS_REFUSED, _reason(answer)
        if answer.status == 401 and self._token.reread(used):
            return _Verdict.TRY_AGAIN, "token renewed"
        slow = 400 <= answer.status < 500
        if slow:
            self._log.error("server_refuses_agent", status=answer.status, path=PATH)
        return self._pause(_reason(answer), SLOW_PAUSE_S if slow else self._backoff.next_s())

    def _take(self, rows: list[Outgoing], answer: Answer) -> tuple[_Verdict, str]:
        try:
            results: list[RowResult] = ReportAnswer.model_validate_json(answer.body).results
        except ValidationError as exc:
            self._log.error("answer_not_understood", path=PATH, error=str(exc))
            return self._pause("answer not understood", self._backoff.next_s())
        if len(results) != len(rows):
            self._log.error("answer_not_understood", rows=len(rows), results=len(results))
            return self._pause("answer not understood", self._backoff.next_s())
        self._backoff.reset()
        # First the link, then the rows: what this batch tells need not be told again at once.
        self._state.answered(_CHANNEL)
        for row, result in zip(rows, results, strict=True):
            row.answered(result)
        return _Verdict.DONE, ""

    def _pause(self, reason: str, pause_s: float) -> tuple[_Verdict, str]:
        if not self._stopping.is_set():
            self._state.failed(_CHANNEL, reason)
            self._stopping.wait(pause_s)
        return _Verdict.TRY_AGAIN, reason


def _reason(answer: Answer) -> str:
    text = answer.body[:300].decode("utf-8", "replace").strip()
    return f"{answer.status} {text}".strip()
