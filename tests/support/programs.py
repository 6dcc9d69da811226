"""The real programs, started as an office would start them, on free ports of the loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.ports import own_port
from tests.support.wait import wait_for

ROOT = Path(__file__).resolve().parents[2]
# A Monday morning on which the sample office is open, at the true speed.
DEMO_CLOCK = "2026-11-23T08:05:00+07:00,1"


@dataclass
class Program:
    """One process in a session of its own; its output goes to a file."""

    name: str
    argv: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill -9 the process and everything that it started."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """End it as systemd would and return its exit code."""
        self._signal(signal.SIGTERM)
        assert self.process is not None
        return self.process.wait(30)

    def freeze(self) -> None:
        """Leave its connections open and silent, as a pulled network cable does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait(30)

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")


@dataclass
class Answer:
    """Status, headers and JSON (or text) of an HTTP answer."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        """Return the error's code."""
        return str(self.body["error"]["code"])


def call(
    port: int,
    method: str,
    path: str,
    body: object = None,
    *,
    token: str = "",
    headers: dict[str, str] | None = None,
    raw: bytes | None = None,
    timeout_s: float = 20,
) -> Answer:
    """Ask once, on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)) as link:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        link.request(method, path, data, sent)
        response = link.getresponse()
        text = response.read()
        kind = response.headers.get("Content-Type", "")
        parsed = json.loads(text) if kind.startswith("application/json") else text.decode()
        return Answer(response.status, dict(response.headers.items()), parsed)


class Rig:
    """Server, agent and simulated printer of the demo, each under the test's own hand."""

    def __init__(
        self,
        folder: Path,
        *,
        speed: float = 20,
        extra_env: dict[str, str] | None = None,
        with_panels: bool = False,
        with_second_printer: bool = False,
        more_config: str = "",
    ):
        self.folder = folder
        self.more_config = more_config
        self.with_panels = with_panels
        self.with_second_printer = with_second_printer
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.port, self.printer_port, self.printer_http = own_port(), own_port(), own_port()
        self.second_port, self.second_http = own_port(), own_port()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MOISO_")},
            "MOISO_DATA": str(self.data),
            "MOISO_PORT": str(self.port),
            "MOISO_AGENT__SERVER_URL": f"http://127.0.0.1:{self.port}",
            "MOISO_DEMO_CLOCK": anchored(DEMO_CLOCK),
            **(extra_env or {}),
        }
        moiso = [sys.executable, "-m", "appliance"]
        simulate = [sys.executable, "-m", "printer", "simulate", "--speed", str(speed)]
        first = [
            *("--port", str(self.printer_port), "--http-port", str(self.printer_http)),
            *("--dir", str(folder / "slips")),
        ]
        second = [
            *("--port", str(self.second_port), "--http-port", str(self.second_http)),
            *("--dir", str(folder / "slips-2"), "--width", "384"),
        ]
        self.server = self._program("server", [*moiso, "server", "--demo"])
        self.agent = self._program("agent", [*moiso, "agent", "--demo"])
        self.panels = self._program("panels", [*moiso, "agent", "--demo"])
        self.panels.env = {**self.env, "MOISO_DATA": str(self.data / "panels")}
        self.printer = self._program("printer", [*simulate, *first])
        self.second_printer = self._program("printer-2", [*simulate, *second])

    def _program(self, name: str, argv: list[str]) -> Program:
        return Program(name, argv, self.env, self.folder / f"{name}.log")

    def prepare(self) -> None:
        """Make the data folder as `moiso demo` does."""
        from appliance.bootstrap.files import DataFolder
        from appliance.bootstrap.lab import write_lab
        from appliance.demo_office import write_config

        data = DataFolder(self.data)
        data.create()
        ports, http_ports = {"printer-1": self.printer_port}, {"printer-1": self.printer_http}
        if self.with_second_printer:
            ports["printer-2"], http_ports["printer-2"] = self.second_port, self.second_http
        write_config(data, ports)
        with (self.data / "moiso.toml").open("a", encoding="utf-8") as config:
            config.write(self.more_config)
        write_lab(data, http_ports)
        subprocess.run(
            [sys.executable, "-m", "appliance.bootstrap.prepare", "--demo"],
            env=self.env,
            cwd=ROOT,
            check=True,
        )

    def start(self) -> None:
        """Start all three and wait until a press would become a slip."""
        self.prepare()
        self.printer.start()
        if self.with_second_printer:
            self.second_printer.start()
        self.server.start()
        self.agent.start()
        if self.with_panels:
            self.panels.start()
        self.wait_ready()
        wait_for(lambda: self.device("printer-1") == "ok", "the printer is reported as ok")
        if self.with_second_printer:
            wait_for(lambda: self.device("printer-2") == "ok", "the second one is, too")

    def wait_ready(self) -> None:
        wait_for(self.is_ready, "the server is ready", 60)

    def restart_server_at(self, clock: str) -> None:
        """End the server and start it at another moment of the demo's clock."""
        self.server.stop()
        self.server.env = {**self.server.env, "MOISO_DEMO_CLOCK": anchored(clock)}
        self.server.start()
        self.wait_ready()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def device(self, name: str) -> str:
        state = self.get("/readyz").body["devices"].get(name)
        return "" if state is None else str(state["state"])

    def get(self, path: str, **more: Any) -> Answer:
        return call(self.port, "GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> Answer:
        return call(self.port, "POST", path, body, **more)

    def screen_token(self, kind: str, name: str) -> str:
        """Return a token such as a screen of the demo gets."""
        answer = self.post("/pair/demo", {"kind": kind, "name": name}, headers={"X-Moiso-Lab": "1"})
        assert answer.status == 200, answer
        return str(answer.body["token"])

    def printed(self) -> dict[str, Any]:
        """Return what the simulated printer says: its count is the referee."""
        return dict(call(self.printer_http, "GET", "/state").body)

    def printed_by_second(self) -> dict[str, Any]:
        return dict(call(self.second_http, "GET", "/state").body)

    def fault(self, **fault: object) -> None:
        answer = call(self.printer_http, "POST", "/fault", fault, headers={"X-Moiso-Lab": "1"})
        assert answer.status == 200, answer

    def lab_press(self, pin: int, level: str) -> Answer:
        return self.post(
            "/lab/api/press", {"pin": pin, "level": level}, headers={"X-Moiso-Lab": "1"}
        )

    def lights(self) -> dict[int, bool]:
        buttons = self.get("/lab/api/state").body["buttons"]
        return {b["pin"]: b["light"] for b in buttons if b["light"] is not None}

    def stop(self) -> None:
        for program in (self.agent, self.panels, self.server, self.printer, self.second_printer):
            if program.process is not None:
                program.kill()


def anchored(clock: str) -> str:
    """Return the demo clock with its anchor set to now, so that all processes agree."""
    from appliance.clock import demo_clock_from_env

    return demo_clock_from_env(clock).to_env()


@contextlib.contextmanager
def running(folder: Path, **options: Any) -> Iterator[Rig]:
    """Give a running office, and end it whatever happens; on failure show its logs."""
    rig = Rig(folder, **options)
    try:
        rig.start()
        yield rig
    except BaseException:
        for program in (rig.server, rig.agent, rig.printer):
            if program.log.exists():
                sys.stderr.write(f"--- {program.name}\n{program.output[-4000:]}\n")
        raise
    finally:
        rig.stop()
