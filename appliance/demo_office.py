"""A sample office with virtual hardware: its folder, its environment, its processes."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance.addresses import free_port
from appliance.bootstrap import demo_printers
from appliance.bootstrap.demo_panels import panels_folder, write_panels
from appliance.bootstrap.demo_printers import write_printers
from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.lab import write_lab
from appliance.clock import DemoClock
from appliance.config import Config, load, sample_path
from appliance.guardian import Child

START_WITHIN_S = 30.0


def _free_ports() -> dict[str, int]:
    return {name: free_port() for name in demo_printers.NAMES}


@dataclass(frozen=True)
class DemoOffice:
    """Server, agents and simulated printers on this computer.

    `environ` is what the processes inherit; `printer_speed` times 150 mm/s is how fast the
    simulators print. Both kinds of ports are by the printer's name. The processes log into `logs`,
    or, if the office `talks`, to the terminal.
    """

    data: DataFolder
    port: int
    clock: DemoClock
    environ: Mapping[str, str]
    printer_speed: float = 1.0
    printer_ports: Mapping[str, int] = field(default_factory=_free_ports)
    printer_http_ports: Mapping[str, int] = field(default_factory=_free_ports)
    talks: bool = False

    @property
    def logs(self) -> Path:
        """Return the folder with a log of each process."""
        return self.data.path / "logs"

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of the office's processes."""
        return {
            **self.environ,
            "MOISO_DATA": str(self.data.path),
            "MOISO_PORT": str(self.port),
            "MOISO_AGENT__SERVER_URL": f"http://127.0.0.1:{self.port}",
            "MOISO_DEMO_CLOCK": self.clock.to_env(),
        }

    @property
    def panels_env(self) -> dict[str, str]:
        """Return the environment of the rating panels' agent, which has a folder of its own."""
        return {**self.env, "MOISO_DATA": str(panels_folder(self.data).path)}

    @property
    def config(self) -> Config:
        """Return the configuration in force."""
        return load(self.data.config, self.env)

    def prepare(self) -> None:
        """Make the data folder ready: configuration, database, accounts, the agent's token."""
        self.data.create()
        write_config(self.data, self.printer_ports)
        write_lab(self.data, self.printer_http_ports)
        prepare = [sys.executable, "-m", "appliance.bootstrap.prepare", "--demo"]
        subprocess.run(prepare, env=self.env, check=True)

    def children(self) -> list[Child]:
        """Return the office's processes, the printers first."""
        moiso = [sys.executable, "-m", "appliance"]
        return [
            *(self._child(name, self._simulator(name), self.env) for name in self.printer_ports),
            self._child("server", [*moiso, "server", "--demo"], self.env),
            self._child("agent", [*moiso, "agent", "--demo"], self.env),
            self._child("panels", [*moiso, "agent", "--demo"], self.panels_env),
        ]

    def last_lines(self, number: int = 15) -> str:
        """Return the last lines that each process has logged, for one who looks for a cause."""
        told = []
        for log in sorted(self.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            told += [f"--- {log.name}", *lines[-number:]]
        return "\n".join(told)

    def _child(self, name: str, argv: list[str], env: Mapping[str, str]) -> Child:
        return Child(name, argv, env, None if self.talks else self.logs / f"{name}.log")

    def _simulator(self, name: str) -> list[str]:
        width = next(one.width_dots for one in self.config.printers if one.name == name)
        return [
            *(sys.executable, "-m", "printer", "simulate", "--width", str(width)),
            *("--port", str(self.printer_ports[name])),
            *("--http-port", str(self.printer_http_ports[name])),
            *("--dir", str(self.data.path / "slips" / name), "--speed", str(self.printer_speed)),
        ]

    def wait_until_served(self) -> None:
        """Return once pages are served and the printers were reported; raises TimeoutError."""
        deadline_s = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline_s:
            if self.is_ready():
                return
            time.sleep(0.1)
        raise TimeoutError(f"no answer on port {self.port} within {START_WITHIN_S:.0f} s")

    def is_ready(self) -> bool:
        """Return whether the server is ready and has heard of every printer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)) as link:
            try:
                link.request("GET", "/readyz")
                answer = json.loads(link.getresponse().read())
            except (OSError, ValueError, http.client.HTTPException):
                return False
        return bool(answer["ready"]) and set(self.printer_ports) <= set(answer["devices"])


def write_config(data: DataFolder, printer_ports: Mapping[str, int]) -> None:
    """Copy the sample configuration, with simulators as its printers and panels with buttons."""
    shutil.copyfile(sample_path(), data.config)
    write_printers(data, printer_ports)
    write_panels(data)
