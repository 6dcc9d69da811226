"""Plain HTTP to a local server: one question, or a person with a session."""

from __future__ import annotations

import http.client
import itertools
import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

_TIMEOUT_S = 20.0
_ids = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """Status, cookies that were set, and JSON (or text) of an answer."""

    status: int
    cookies: dict[str, str]
    body: Any


def ask(
    port: int,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask once; `body` is sent as JSON, or as it is if it is bytes."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)) as link:
        link.request(method, path, data, sent)
        response = link.getresponse()
        text = response.read()
    cookies = {
        key: morsel.value
        for line in response.headers.get_all("Set-Cookie") or []
        for key, morsel in SimpleCookie(line).items()
    }
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    return Answer(response.status, cookies, json.loads(text) if is_json else text.decode())


class Person:
    """A member of staff: keeps cookies and the CSRF token."""

    def __init__(self, port: int) -> None:
        self.cookies: dict[str, str] = {}
        self._port = port
        self._csrf = ""

    def sign_in(self, username: str, password: str) -> None:
        """Sign in and learn the token of the session."""
        self._csrf = _field(self.get("/login"))
        answer = self.form("/login", username=username, password=password, next="/")
        assert answer.status == 303, answer.status
        page = self.get("/console")
        found = re.search(r'"csrf": ?"([^"]+)"', str(page.body))
        self._csrf = found[1] if found else _field(self.get("/admin"))

    def choose_counter(self, counter: int) -> None:
        """Let the console be that of `counter` from now on."""
        assert self.form("/console/counter", counter=str(counter)).status == 303

    def verb(self, counter: int, verb: str) -> Any:
        """Do a counter's verb and return the answer's body."""
        body = {"request_id": f"person-{id(self)}-{next(_ids)}"}
        headers = {"X-CSRFToken": self._csrf}
        answer = self._ask("POST", f"/api/v1/counters/{counter}/{verb}", body, headers)
        assert answer.status == 200, answer
        return answer.body

    def get(self, path: str) -> Answer:
        """Look at a page or ask the API."""
        return self._ask("GET", path, None, {})

    def form(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        data = urlencode({"csrf_token": self._csrf, **fields}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, data, kind)

    def _ask(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        cookie = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        answer = ask(self._port, method, path, body, {**headers, "Cookie": cookie})
        self.cookies.update(answer.cookies)
        return answer


def _field(page: Answer) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', str(page.body))
    assert found, "the page has no form"
    return found[1]
