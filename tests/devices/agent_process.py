"""Real agents in processes of their own, and a person before their buttons."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from appliance.config.schema import Config
from tests.support.wait import wait_for


class Panel:
    """A person before the buttons, through the control socket."""

    def __init__(self, data: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(5)
        try:
            self._socket.connect(str(data / "agent.sock"))
        except BaseException:
            self._socket.close()
            raise
        self._file = self._socket.makefile("rwb")

    def ask(self, line: bytes) -> dict[str, Any]:
        self._file.write(line + b"\n")
        self._file.flush()
        answer: dict[str, Any] = json.loads(self._file.readline())
        return answer

    def do(self, op: str, **fields: Any) -> dict[str, Any]:
        return self.ask(json.dumps({"op": op, **fields}).encode())

    def hold(self, pin: int) -> None:
        assert self.do("drive", pin=pin, level="low")["ok"]

    def let_go(self, pin: int) -> None:
        assert self.do("drive", pin=pin, level="high")["ok"]

    def light(self, pin: int) -> bool:
        return bool(self.do("lights")["lights"][str(pin)])

    def push(self, pin: int, light_pin: int) -> None:
        """Hold a button until its light is on, then let go."""
        self.hold(pin)
        wait_for(lambda: self.light(light_pin), "the light")
        self.let_go(pin)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        self._socket.close()


class AgentProcess:
    """An agent as systemd runs it: a process of its own."""

    def __init__(self, config: Config, data: Path, *options: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        path = data / "config.json"
        path.write_text(config.model_dump_json(), encoding="utf-8")
        main = Path(__file__).with_name("agent_main.py")
        self.log = (data / "agent.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(main), str(path), str(data), *options],
            stdout=subprocess.PIPE,
            stderr=self.log,
            cwd=Path(__file__).parents[2],
        )
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline() == b"ready\n"
        self._data = data
        self._panel: Panel | None = None

    @property
    def panel(self) -> Panel:
        if self._panel is None:
            self._panel = Panel(self._data)
        return self._panel

    def kill(self) -> None:
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        self.process.terminate()
        return self._gone()

    def wait(self) -> int:
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait(10)
        if self._panel is not None:
            self._panel.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()
        return code
