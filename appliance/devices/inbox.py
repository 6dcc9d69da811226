"""The incoming half of the link: a long poll for print jobs and panels, also the heartbeat."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from appliance import logs
from appliance.devices.agent_token import Token
from appliance.devices.http_client import Answer, HttpClient
from appliance.devices.link_state import SLOW_PAUSE_S, Backoff, LinkState
from appliance.devices.pairing import Pairing
from appliance.errors import Unavailable
from appliance.protocol.agent import (
    VERSION,
    AgentMessage,
    PanelMessage,
    PrintMessage,
    RollMessage,
    SupersedeMessage,
)

PATH = "/agent/v1/inbox"

_CHANNEL = "inbox"
_MARGIN_S = 5.0
_MESSAGE: TypeAdapter[PrintMessage | SupersedeMessage | RollMessage | PanelMessage] = TypeAdapter(
    AgentMessage
)


class Inbox:
    """Asks for messages as long as the agent lives and hands each one on, in order.

    After a start, after a lost connection and after a server that counts anew it asks from 0:
    jobs are offered again then, and the ledger knows which of them are done. The first of these
    polls does not wait, so that a server that is back is known to be back.
    """

    name = "link-inbox"

    def __init__(
        self,
        client: HttpClient,
        token: Token,
        state: LinkState,
        on_job: Callable[[PrintMessage], None],
        pairing: Pairing | None = None,
        wait_s: int = 20,
        on_panel: Callable[[PanelMessage], None] = lambda _message: None,
        on_supersede: Callable[[SupersedeMessage], None] = lambda _message: None,
        on_roll: Callable[[RollMessage], None] = lambda _message: None,
    ) -> None:
        self._client = client
        self._token = token
        self._state = state
        self._on_job = on_job
        self._pairing = pairing
        self._wait_s = wait_s
        self._on_panel = on_panel
        self._on_supersede = on_supersede
        self._on_roll = on_roll
        self._after = 0
        self._may_wait = False
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._log = logs.get_logger()

    def run(self) -> None:
        """Get a token if there is none, then poll until stopped."""
        if self._token.value is None and self._pairing is not None:
            self._pairing.run()
        while not self._stopping.is_set():
            self._poll()

    def stop(self) -> None:
        """End now, in the middle of a poll too."""
        self._stopping.set()
        if self._pairing is not None:
            self._pairing.stop()
        self._client.abort()

    def _poll(self) -> None:
        used = self._token.value
        wait_s = self._wait_s if self._may_wait else 0
        try:
            answer = self._client.request(
                "GET",
                f"{PATH}?seals=1&after={self._after}&wait={wait_s}",
                timeout_s=wait_s + _MARGIN_S,
            )
        except Unavailable as exc:
            self._pause(str(exc.fields["reason"]), self._backoff.next_s())
            return
        if answer.status == 200:
            self._take(answer)
        elif answer.status == 401 and self._token.reread(used):
            self._log.info("token_renewed")
        elif 400 <= answer.status < 500:
            self._log.error("server_refuses_agent", status=answer.status, path=PATH)
            self._pause(f"{answer.status}", SLOW_PAUSE_S)
        else:
            self._pause(f"{answer.status}", self._backoff.next_s())

    def _take(self, answer: Answer) -> None:
        try:
            envelope = json.loads(answer.body)
            version, n, messages = envelope["v"], int(envelope["n"]), list(envelope["messages"])
        except (ValueError, KeyError, TypeError) as exc:
            self._log.error("answer_not_understood", path=PATH, error=repr(exc))
            self._pause("answer not understood", self._backoff.next_s())
            return
        if version != VERSION:
            self._log.error("server_speaks_other_version", ours=VERSION, theirs=version)
            self._pause("other version", SLOW_PAUSE_S)
            return
        self._backoff.reset()
        self._state.answered(_CHANNEL)
        self._may_wait = True
        for message in messages:
            self._hand_on(message)
        self._after = 0 if n < self._after else n

    def _hand_on(self, message: Any) -> None:
        try:
            known = _MESSAGE.validate_python(message)
        except ValidationError as exc:
            # One message of a newer server must not keep all later ones from being read.
            self._log.error("message_not_understood", error=str(exc))
            return
        if isinstance(known, PanelMessage):
            self._on_panel(known)
        elif isinstance(known, SupersedeMessage):
            self._on_supersede(known)
        elif isinstance(known, RollMessage):
            self._on_roll(known)
        else:
            self._on_job(known)

    def _pause(self, reason: str, pause_s: float) -> None:
        self._after = 0
        self._may_wait = False
        if not self._stopping.is_set():
            self._state.failed(_CHANNEL, reason)
            self._stopping.wait(pause_s)
