"""The bare limits: what the disk and the loopback cost without us."""

from __future__ import annotations

import http.client
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

# About as much as the event of one ticket holds.
_PAYLOAD = "x" * 700


class Wire:
    """One keep-alive connection, as a kiosk's browser holds one; gives the time of each answer."""

    def __init__(self, port: int, token: str = "") -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Wire:
        """Connect, so that no answer's time holds the handshake."""
        self._link.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._link.close()

    def healthz_ms(self) -> float:
        """Return the time of one GET /healthz."""
        return self._timed_ms("GET", "/healthz", None, 200)

    def issue_ms(self, service: str) -> float:
        """Return the time of taking one ticket."""
        body = {"service": service, "request_id": secrets.token_urlsafe(12)}
        return self._timed_ms("POST", "/api/v1/tickets", json.dumps(body).encode(), 201)

    def _timed_ms(self, method: str, path: str, body: bytes | None, status: int) -> float:
        begun_s = time.perf_counter()
        self._link.request(method, path, body, self._headers)
        response = self._link.getresponse()
        text = response.read()
        took_ms = (time.perf_counter() - begun_s) * 1000
        if response.status != status:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:300]!r}")
        return took_ms


@contextmanager
def bare_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database with one table, in the mode that ours has: WAL, synchronous=FULL."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)")
        yield db


def commits_ms(db: sqlite3.Connection, count: int) -> list[float]:
    """Return the times of `count` transactions that insert one row each."""
    times = []
    for _ in range(count):
        begun_s = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO bare (payload) VALUES (?)", (_PAYLOAD,))
        db.execute("COMMIT")
        times.append((time.perf_counter() - begun_s) * 1000)
    return times
