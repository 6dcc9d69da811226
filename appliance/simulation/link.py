"""How the simulated people reach the office: over HTTP, patient with a server that restarts."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from appliance.errors import Unavailable

_TIMEOUT_S = 5.0
_PAUSE_S = 0.2
_TRIES = 150
Anew = Callable[[], object]
_Body = str | None | Callable[[], str]


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer; JSON is parsed."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        """Return whether the office did what it was asked."""
        return self.status in (200, 201)

    @property
    def refusal(self) -> str:
        """Return status and error code of an answer that is not ok."""
        error = self.body.get("error", {}) if isinstance(self.body, dict) else {}
        return f"{self.status} {error.get('code', '')}".strip()


class Link:
    """One person's connection: keeps cookies, says everything again until it is answered.

    Every changing request carries its request_id, so that saying it again changes nothing.
    """

    def __init__(self, port: int, token: str = "") -> None:
        self._port = port
        self._token = token
        self._cookies: dict[str, str] = {}
        self._csrf = ""
        self._pause = threading.Event()

    def ask(
        self, method: str, path: str, body: object = None, *, anew: Anew | None = None
    ) -> Answer:
        """Return the answer to a JSON request. Raises Unavailable after 30 s of silence.

        `anew` gives the body of each try instead, where it tells an age.
        """
        headers = {"Content-Type": "application/json", "X-Moiso-Lab": "1"}
        if self._csrf:
            headers["X-CSRFToken"] = self._csrf
        if anew is None:
            text = None if body is None else json.dumps(body)
            return self._patiently(method, path, text, headers)
        return self._patiently(method, path, lambda: json.dumps(anew()), headers)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as staff. Raises Unavailable if the server refuses."""
        self._csrf = self._csrf_of(self._patiently("GET", "/login", None, {}).body)
        fields = {"csrf_token": self._csrf, "username": username, "password": password}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._patiently("POST", "/login", urlencode(fields), form)
        if answer.status != 303:
            raise Unavailable("sign_in_failed", status=answer.status)
        page = self._patiently("GET", "/console", None, {}).body
        self._csrf = self._csrf_of(page)

    def _patiently(self, method: str, path: str, body: _Body, headers: dict[str, str]) -> Answer:
        for _ in range(_TRIES):
            try:
                return self._once(method, path, body() if callable(body) else body, headers)
            except (OSError, ValueError, http.client.HTTPException):
                self._pause.wait(_PAUSE_S)
        raise Unavailable("server_silent", path=path)

    def _once(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = dict(headers)
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        with closing(connection) as link:
            link.request(method, path, body, sent)
            response = link.getresponse()
            text = response.read()
            for line in response.headers.get_all("Set-Cookie") or []:
                for name, morsel in SimpleCookie(line).items():
                    self._cookies[name] = morsel.value
            kind = response.headers.get("Content-Type", "")
        parsed = json.loads(text) if kind.startswith("application/json") else text.decode()
        return Answer(response.status, parsed)

    @staticmethod
    def _csrf_of(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"|"csrf": ?"([^"]+)"', page)
        if found is None:
            raise Unavailable("sign_in_failed", status=0)
        return found[1] or found[2]
