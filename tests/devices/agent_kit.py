"""A small real server, a clock and a configuration, for the tests of the agent."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import ValidationError

from appliance.config.schema import Config
from appliance.protocol.agent import ReportBatch

TOKEN = "token-of-the-agent"


class FakeClock:
    """A clock that goes only when told."""

    def __init__(self, mono_ms: int = 1_000_000) -> None:
        self.mono_ms = mono_ms

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 8, 5, tzinfo=UTC)

    def monotonic_ms(self) -> int:
        return self.mono_ms

    def real_to_domain(self, real_ms: int) -> timedelta:
        return timedelta(milliseconds=real_ms)


class StubServer:
    """The server's side of the agent link, kept simple: remembers and answers."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.batches: list[list[dict[str, Any]]] = []
        self.requests: list[str] = []
        self.mode = "ok"
        self.tokens = {TOKEN}
        self.result: Callable[[dict[str, Any]], dict[str, Any]] = lambda row: {"outcome": "done"}
        self.invalid: Callable[[dict[str, Any]], bool] = lambda row: False
        self.messages: list[dict[str, Any]] = []
        self.pairing: Callable[[str, dict[str, Any]], tuple[int, Any]] = lambda path, body: (
            404,
            {},
        )
        self.open_sockets: set[socket.socket] = set()
        self.port = 0
        self.start()

    def start(self) -> None:
        self.http = _Http(("127.0.0.1", self.port), _Handler)
        self.http.stub = self
        self.port = self.http.server_address[1]
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self) -> None:
        """Go away as a killed server does: every connection ends."""
        with self.lock:
            self.mode, before = "gone", self.mode
            self.lock.notify_all()
        self.http.shutdown()
        self.thread.join()
        for open_socket in list(self.open_sockets):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        self.http.server_close()
        self.mode = before

    def restart(self) -> None:
        self.stop()
        self.start()

    def become(self, mode: str) -> None:
        """Change the mode; requests that stall are let go."""
        with self.lock:
            self.mode = mode
            self.lock.notify_all()

    def offer(self, **message: Any) -> None:
        with self.lock:
            self.messages.append({"kind": "print", "n": len(self.messages) + 1, **message})
            self.lock.notify_all()

    def rows(self, kind: str) -> list[dict[str, Any]]:
        with self.lock:
            return [row for batch in self.batches for row in batch if row["kind"] == kind]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Http(ThreadingHTTPServer):
    stub: StubServer
    daemon_threads = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Agents are killed in the middle of requests here; that is no error of the stub."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.stub: StubServer = self.server.stub  # type: ignore[attr-defined]
        self.stub.open_sockets.add(self.connection)

    def finish(self) -> None:
        self.stub.open_sockets.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/pair/"):
            self._send(*self.stub.pairing(self.path, json.loads(body)))
        elif self._may_go_on():
            self._send(*self._take(body))

    def do_GET(self) -> None:
        if not self._may_go_on():
            return
        after = int(self.path.split("after=")[1].split("&")[0])
        wait_s = float(self.path.split("wait=")[1])
        end_s = time.monotonic() + wait_s
        stub = self.stub
        with stub.lock:
            while stub.mode == "ok" and not [m for m in stub.messages if m["n"] > after]:
                left_s = end_s - time.monotonic()
                if left_s <= 0 or not stub.lock.wait(left_s):
                    break
            found = [m for m in stub.messages if m["n"] > after]
            n = len(stub.messages)
            gone = stub.mode != "ok"
        if gone:
            self._drop()
            return
        self._send(200, {"v": 1, "n": n, "messages": found})

    def _may_go_on(self) -> bool:
        stub = self.stub
        with stub.lock:
            stub.requests.append(self.path)
            while stub.mode == "stall":
                stub.lock.wait(30)
            mode = stub.mode
        if mode in ("reset", "gone"):
            self._drop()
        elif mode.isdigit():
            self._send(int(mode), {"error": "as told"})
        elif (self.headers.get("Authorization") or "").removeprefix("Bearer ") not in stub.tokens:
            self._send(401, {"error": "not_signed_in"})
        else:
            return True
        return False

    def _take(self, body: bytes) -> tuple[int, Any]:
        rows = json.loads(body)["rows"]
        try:
            ReportBatch.model_validate_json(body)
        except ValidationError as exc:
            return 422, {"error": str(exc)}
        if any(self.stub.invalid(row) for row in rows):
            return 422, {"error": "invalid"}
        with self.stub.lock:
            self.stub.batches.append(rows)
        if self.stub.mode == "swallow":
            self._drop()
        return 200, {"v": 1, "results": [self.stub.result(row) for row in rows]}

    def _drop(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _send(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)


def make_config(
    url: str, buttons: list[dict[str, Any]] | None = None, printer_port: int | None = None
) -> Config:
    """A small office: services a to j, a kiosk with a screen and one without."""
    printers = [{"name": "p1", "port": printer_port}] if printer_port else []
    return Config.model_validate(
        {
            "office": {"name": "Văn Miếu"},
            "services": [
                {"code": code, "name_vi": code, "name_en": code, "prefix": code.upper()}
                for code in "abcdefghij"
            ],
            "counters": [{"number": 1, "services": ["a"]}],
            "kiosks": [
                {"name": "hall", "printer": "p1" if printers else None},
                {"name": "blind", "printer": "p1" if printers else None, "screen": False},
            ],
            "printers": printers,
            "agent": {"server_url": url, "buttons": buttons or []},
        }
    )


def issue_button(
    pin: int, light_pin: int, service: str = "a", kiosk: str = "hall"
) -> dict[str, Any]:
    return {
        "pin": pin,
        "light_pin": light_pin,
        "press": "issue",
        "kiosk": kiosk,
        "service": service,
    }
