"""How an agent without a token gets one: a person reads its code and types it at the server.

1. ``POST /pair/start`` gives a code of 6 digits for the technician and a secret for us.
2. ``POST /pair/claim`` with the secret: 202 while nobody has approved, 200 with the token once
   somebody has, 410 when the code has run out: begin again.

A token that somebody else writes into the file meanwhile (`moiso run` does) ends it as well.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable

from appliance import logs
from appliance.devices.agent_token import Token
from appliance.devices.http_client import HttpClient
from appliance.devices.link_state import SLOW_PAUSE_S, Backoff
from appliance.errors import Unavailable

_CLAIM_EVERY_S = 2.0


def announce(code: str) -> None:
    """Show the code to whoever stands before the terminal or reads the journal."""
    sys.stderr.write(f"Mã ghép nối / pairing code: {code}\n")
    sys.stderr.flush()


class Pairing:
    """Asks for a token until there is one."""

    def __init__(
        self,
        client: HttpClient,
        token: Token,
        agent: str,
        show: Callable[[str], None] = announce,
        claim_every_s: float = _CLAIM_EVERY_S,
    ) -> None:
        self._client = client
        self._token = token
        self._agent = agent
        self._show = show
        self._claim_every_s = claim_every_s
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._log = logs.get_logger()

    def run(self) -> None:
        """Return as soon as there is a token, or when stopped."""
        while not self._done():
            secret = self._start()
            while secret is not None and not self._done():
                secret = self._claim(secret)

    def stop(self) -> None:
        """Give up now; from any thread."""
        self._stopping.set()

    def _done(self) -> bool:
        return self._stopping.is_set() or self._token.value is not None or self._token.reread(None)

    def _start(self) -> str | None:
        status, answer = self._ask("/pair/start", {"kind": "agent", "name": self._agent})
        code, secret = answer.get("code"), answer.get("secret")
        if status in (200, 201) and isinstance(code, str) and isinstance(secret, str):
            self._log.warning("pairing_code", code=code, agent=self._agent)
            self._show(code)
            return secret
        self._stopping.wait(SLOW_PAUSE_S if 400 <= status < 500 else self._backoff.next_s())
        return None

    def _claim(self, secret: str) -> str | None:
        """Ask once; return the secret to ask with next, None if it is of no use any more."""
        status, answer = self._ask("/pair/claim", {"secret": secret})
        token = answer.get("token")
        if status == 200 and isinstance(token, str):
            self._token.store(token)
            return None
        if status == 202 or status == 429 or status == 0 or status >= 500:
            self._stopping.wait(max(self._claim_every_s, SLOW_PAUSE_S if status == 429 else 0))
            return secret
        self._log.warning("pairing_ended", status=status)
        self._stopping.wait(self._claim_every_s if status == 410 else SLOW_PAUSE_S)
        return None

    def _ask(self, path: str, body: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Return status and JSON object; 0 and nothing if the server cannot be reached."""
        try:
            answer = self._client.request("POST", path, json.dumps(body).encode())
        except Unavailable as exc:
            self._log.warning("pairing_unreachable", reason=exc.fields["reason"])
            return 0, {}
        self._backoff.reset()
        try:
            found = json.loads(answer.body)
        except ValueError:
            found = None
        return answer.status, found if isinstance(found, dict) else {}
