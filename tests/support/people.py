"""A member of staff with a session, over plain HTTP."""

from __future__ import annotations

import http.client
import itertools
import json
import re
from contextlib import closing
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from appliance.bootstrap.lab import DEMO_ACCOUNTS
from tests.support.programs import Answer

_ids = itertools.count(1)
CLERK, ADMINISTRATOR = DEMO_ACCOUNTS


class Person:
    """A browser without pictures: keeps its cookies and its CSRF token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    def sign_in(self, username: str, password: str) -> Answer:
        self.csrf = csrf_of(self.get("/login").body)
        answer = self.form("/login", username=username, password=password, next="/")
        if answer.status == 303:
            page = self.get("/console").body
            found = re.search(r'"csrf": ?"([^"]+)"', page)
            self.csrf = found[1] if found else csrf_of(self.get("/admin").body)
        return answer

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, dict(headers or {}))

    def form(self, path: str, **fields: str) -> Answer:
        body = urlencode({"csrf_token": self.csrf, **fields}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post(self, path: str, body: object = None, csrf: str | None = None) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": self.csrf if csrf is None else csrf,
        }
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def verb(self, counter: int, verb: str, request_id: str | None = None) -> Answer:
        """Do a counter's verb, with a fresh request unless one is named."""
        body = {"request_id": request_id or f"person-{id(self)}-{next(_ids)}"}
        return self.post(f"/api/v1/counters/{counter}/{verb}", body)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as link:
            link.request(method, path, body, headers)
            response = link.getresponse()
            text = response.read()
        for line in response.headers.get_all("Set-Cookie") or []:
            for key, morsel in SimpleCookie(line).items():
                self.cookies[key] = morsel.value
        json_body = response.headers.get("Content-Type", "").startswith("application/json")
        parsed: Any = json.loads(text) if json_body else text.decode()
        return Answer(response.status, dict(response.headers.items()), parsed)


def clerk(port: int) -> Person:
    """Return the demo's clerk, signed in."""
    person = Person(port)
    assert person.sign_in(CLERK.username, CLERK.password).status == 303
    return person


def administrator(port: int) -> Person:
    """Return the demo's administrator, signed in."""
    person = Person(port)
    assert person.sign_in(ADMINISTRATOR.username, ADMINISTRATOR.password).status == 303
    return person


def csrf_of(page: str) -> str:
    """Return the token in the first form of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]
