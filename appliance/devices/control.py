"""The control socket of the demo: a person, or a test, pushes mock buttons and sees the lights.

Lines of JSON on a unix socket of mode 0600, one answer per line:

    {"op": "drive", "pin": 17, "level": "low"}   push; "high" lets go
    {"op": "lights"}                             {"ok": true, "lights": {"27": true}}
    {"op": "state"}                              pins, lights, link, printers, held

A request that cannot be done is answered with {"ok": false, "error": key}.
"""

from __future__ import annotations

import contextlib
import json
import os
import socketserver
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from appliance.devices.gpio.mock_pins import MockPins
from appliance.errors import Invalid, MoisoError, NotFound, Unavailable

_LONGEST_LINE = 4096
_LEVELS = {"low": False, "high": True}


class Control:
    """Answers on the socket; never part of an agent with real pins, `None` if it has no pins."""

    name = "control"

    def __init__(
        self, path: Path, pins: MockPins | None, extra: Callable[[], Mapping[str, Any]]
    ) -> None:
        self._path = path
        self._pins = pins
        self._extra = extra
        path.unlink(missing_ok=True)  # left by an agent that was killed; the folder is locked
        # Nobody else may push buttons, not even between bind and chmod.
        before = os.umask(0o177)
        try:
            self._server = _Server(str(path), _Handler)
        except OSError as exc:  # such as a path of more than 107 bytes
            raise Unavailable("control_socket_unusable", path=str(path), reason=str(exc)) from exc
        finally:
            os.umask(before)
        self._server.answer = self.answer
        self._stopped = False

    def run(self) -> None:
        """Serve until stopped."""
        while not self._stopped:
            self._server.handle_request()
        self._server.server_close()

    def stop(self) -> None:
        """End within the server's time-out, and take the socket away."""
        self._stopped = True
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def answer(self, line: bytes) -> dict[str, Any]:
        """Return the answer to one request line."""
        try:
            return {"ok": True, **self._do(line)}
        except MoisoError as exc:
            return {"ok": False, "error": exc.key}

    def _do(self, line: bytes) -> Mapping[str, Any]:
        try:
            request = json.loads(line)
            op = request["op"]
        except (ValueError, KeyError, TypeError) as exc:
            raise Invalid("bad_request") from exc
        if op == "drive":
            return self._drive(request)
        if op == "lights":
            return {"lights": self._lights()}
        if op == "state":
            levels = {} if self._pins is None else self._pins.read_levels()
            pins = {str(pin): "high" if high else "low" for pin, high in levels.items()}
            return {"pins": pins, "lights": self._lights(), **self._extra()}
        raise Invalid("unknown_op")

    def _drive(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        level, pin = request.get("level"), request.get("pin")
        if not isinstance(level, str) or level not in _LEVELS:
            raise Invalid("bad_level")
        try:
            if self._pins is None:
                raise NotFound("unknown_pin")
            self._pins.drive(pin, high=_LEVELS[level])  # type: ignore[arg-type]
        except (LookupError, TypeError) as exc:
            raise NotFound("unknown_pin") from exc
        return {}

    def _lights(self) -> dict[str, bool]:
        lights = {} if self._pins is None else self._pins.lights()
        return {str(pin): lit for pin, lit in lights.items()}


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    timeout = 0.2
    answer: Callable[[bytes], dict[str, Any]]


class _Handler(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        with contextlib.suppress(OSError):  # a client that went away is no concern of ours
            while line := self.rfile.readline(_LONGEST_LINE):
                self.wfile.write(json.dumps(server.answer(line)).encode() + b"\n")
