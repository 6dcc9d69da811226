"""Reaches the demo's virtual hardware: mock pins at the agent, faults at the simulated printer."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.config import ButtonConfig
from appliance.errors import Invalid, NotFound, Unavailable

_TIMEOUT_S = 3.0
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class DemoAccount:
    """A clearly marked account of the demo."""

    username: str
    password: str
    role: str


@dataclass(frozen=True)
class PanelRig:
    """The rating panels: the control socket of their agent, and how it is wired."""

    control: Path
    buttons: tuple[ButtonConfig, ...]


@dataclass(frozen=True)
class LabRig:
    """Where the virtual hardware is: the agents' control sockets, the simulators' HTTP ports.

    `simulators` are by the printer's name, in the order of the configuration.
    """

    control: Path
    simulators: Mapping[str, int]
    accounts: tuple[DemoAccount, ...] = field(default=())
    panels: PanelRig | None = None

    def control_call(self, request: dict[str, Any], control: Path | None = None) -> dict[str, Any]:
        """Return the answer of the kiosk's agent to one request, or of the one at `control`.

        Raises Unavailable, Invalid.
        """
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(_TIMEOUT_S)
                link.connect(str(control or self.control))
                link.sendall(json.dumps(request).encode() + b"\n")
                answer: dict[str, Any] = json.loads(_line(link))
        except (OSError, ValueError) as exc:
            raise Unavailable("lab_agent_gone", reason=str(exc)) from exc
        if not answer.get("ok"):
            raise Invalid("bad_field", field="pin", problem=str(answer.get("error", "")))
        return answer

    def printer_call(
        self, printer: str, method: str, path: str, body: object = None
    ) -> tuple[int, bytes]:
        """Return status and body of the answer of a simulated printer.

        Raises NotFound("unknown_printer"), Unavailable.
        """
        if printer not in self.simulators:
            raise NotFound("unknown_printer", printer=printer)
        port = self.simulators[printer]
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        try:
            sent = None if body is None else json.dumps(body)
            headers = {"X-Moiso-Lab": "1", "Content-Type": "application/json"}
            link.request(method, path, sent, headers)
            response = link.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as exc:
            raise Unavailable("lab_printer_gone", reason=str(exc)) from exc
        finally:
            link.close()


def _line(link: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        chunk = link.recv(65536)
        if not chunk or len(received) > _MOST_BYTES:
            raise ValueError("the control socket was closed in the middle of an answer")
        received += chunk
    return bytes(received)
