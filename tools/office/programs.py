"""An office on free ports of the loopback, for pictures and measurements.

The programs, the accounts and the clock are those of `moiso demo`, but each program is under the
caller's own hand: it can be started alone, under another program, and looked at by its processes.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from appliance.addresses import free_port
from appliance.bootstrap.demo_panels import panels_folder
from appliance.bootstrap.demo_printers import FIRST as PRINTER
from appliance.bootstrap.demo_printers import SECOND
from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.lab import DEMO_ACCOUNTS, lab_rig, write_lab
from appliance.clock import demo_clock_from_env
from appliance.config import Config, load, sample_path
from appliance.config.load import effective
from appliance.demo_office import write_config
from tools.office.program import ROOT, Program
from tools.office.web import Answer, Person, ask

# A Monday morning on which the sample office is open, at the true speed.
DEMO_CLOCK = "2026-11-23T08:05:00+07:00,1"
KIOSK = "kiosk-1"
CLERK, ADMINISTRATOR = DEMO_ACCOUNTS
T = TypeVar("T")


class Office:
    """Server, agent and simulated printer on one data folder.

    `printer_port` is where the agent looks for its printer; the simulator itself listens at
    `simulator_port`. `whole` adds the demo's second printer and rating panels. Without `demo`
    there are neither demo clock nor control socket, the pins are still virtual, and the office
    never closes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        demo: bool = True,
        speed: float = 1.0,
        printer_port: int | None = None,
        simulator_port: int | None = None,
        whole: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.data = DataFolder(folder / "data")
        self.demo = demo
        self.whole = whole
        self.second_port, self.second_http = free_port(), free_port()
        self.port, self.simulator_http = free_port(), free_port()
        self.simulator_port = simulator_port or free_port()
        self.printer_port = printer_port or self.simulator_port
        self.env = self._environment(env or {})
        moiso = [sys.executable, "-m", "appliance"]
        flag = ["--demo"] if demo else []
        simulate = [sys.executable, "-m", "printer", "simulate", "--speed", str(speed)]
        first = [
            *("--port", str(self.simulator_port), "--http-port", str(self.simulator_http)),
            *("--dir", str(folder / "slips")),
        ]
        second = [
            *("--port", str(self.second_port), "--http-port", str(self.second_http)),
            *("--dir", str(folder / "slips-2"), "--width", "384"),
        ]
        self.server = Program("server", [*moiso, "server", *flag], self.env)
        self.agent = Program("agent", [*moiso, "agent", *flag], self.env)
        self.printer = Program("printer", [*simulate, *first], self.env)
        self.programs = [self.printer, self.server, self.agent]
        if whole:
            panels_env = {**self.env, "MOISO_DATA": str(panels_folder(self.data).path)}
            self.programs += [
                Program(SECOND, [*simulate, *second], self.env),
                Program("panels", self.agent.argv, panels_env),
            ]

    def prepare(self, *, accounts: bool = True) -> None:
        """Make the data folder ready, with the demo's accounts unless told otherwise."""
        self.data.create()
        http_ports = {PRINTER: self.simulator_http}
        if self.whole:
            http_ports[SECOND] = self.second_http
            write_config(self.data, {PRINTER: self.printer_port, SECOND: self.second_port})
        else:
            self.data.config.write_text(effective(self._config()), encoding="utf-8")
        write_lab(self.data, http_ports)
        flag = ["--demo"] if accounts else []
        argv = [sys.executable, "-m", "appliance.bootstrap.prepare", *flag]
        subprocess.run(argv, env=self.env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Prepare, start everything, and wait until a press would become a slip."""
        self.prepare()
        for program in self.programs:
            program.start()
        self.wait_printer("ok")
        if self.whole:
            self.wait_printer("ok", SECOND)

    def wait_served(self) -> None:
        """Wait until the server is ready."""
        wait_for(lambda: self._ready().status == 200, "the server is ready")

    def wait_printer(self, state: str, printer: str = PRINTER) -> None:
        """Wait until the server tells this state of a printer."""

        def reached() -> bool:
            devices = self._ready().body.get("devices", {})
            return bool(devices.get(printer, {}).get("state") == state)

        wait_for(reached, f"{printer} is reported as {state}")

    def get(self, path: str) -> Answer:
        """Ask the server on a connection of its own."""
        return ask(self.port, "GET", path)

    def screen_token(self, kind: str, name: str) -> str:
        """Return a token such as a screen of the demo gets."""
        headers = {"X-Moiso-Lab": "1"}
        answer = ask(self.port, "POST", "/pair/demo", {"kind": kind, "name": name}, headers)
        assert answer.status == 200, answer
        return str(answer.body["token"])

    def take(self, token: str, service: str, *, priority: bool = False) -> Answer:
        """Take a ticket as a kiosk does."""
        body = {"service": service, "priority": priority, "request_id": request_id()}
        headers = {"Authorization": f"Bearer {token}"}
        answer = ask(self.port, "POST", "/api/v1/tickets", body, headers)
        assert answer.status == 201, answer
        return answer

    def person(self, *, administrator: bool = False) -> Person:
        """Return a member of staff of the demo, signed in."""
        account = ADMINISTRATOR if administrator else CLERK
        person = Person(self.port)
        person.sign_in(account.username, account.password)
        return person

    def drive(self, pin: int, level: str) -> None:
        """Set the level at a virtual pin, through the agent's control socket."""
        lab_rig(self.data).control_call({"op": "drive", "pin": pin, "level": level})

    def fault(self, **fault: object) -> None:
        """Make or mend a fault of the simulated printer."""
        headers = {"X-Moiso-Lab": "1"}
        answer = ask(self.simulator_http, "POST", "/fault", fault, headers)
        assert answer.status == 200, answer

    def mend_all(self) -> None:
        """Mend both printers, and wait until that is known."""
        answer = ask(self.port, "POST", "/lab/api/mend", {}, {"X-Moiso-Lab": "1"})
        assert answer.status == 200, answer
        self.wait_printer("ok")
        self.wait_printer("ok", SECOND)

    def fault_all(self, **fault: object) -> None:
        """Make a fault at every printer, one that stops them, and wait until that is known."""
        self.fault(**fault)
        self.wait_printer("failed")
        if self.whole:
            headers = {"X-Moiso-Lab": "1"}
            answer = ask(self.second_http, "POST", "/fault", fault, headers)
            assert answer.status == 200, answer
            self.wait_printer("failed", SECOND)

    def damage_database(self) -> None:
        """Start the server anew on a file that is no database, as after a dead SD card."""
        self.server.kill()
        self.data.database.write_bytes(b"no database at all" * 1000)
        self.server.start()
        wait_for(lambda: self._ready().status == 503, "the server tells that it cannot work")

    def printed(self) -> int:
        """Return how many slips the simulated printer has cut: the referee's count."""
        return int(ask(self.simulator_http, "GET", "/state").body["printed"])

    def wait_printed(self, count: int) -> None:
        """Wait until the simulated printer has cut so many slips in all."""
        wait_for(lambda: self.printed() >= count, f"{count} slips are cut")

    def config(self) -> Config:
        """Return the configuration in force."""
        return load(self.data.config, self.env)

    def stop(self) -> None:
        """End everything at once; the data folder is not needed again."""
        for program in reversed(self.programs):
            program.kill()

    def output(self) -> str:
        """Return the last words of the programs, to explain a failure."""
        started = (program for program in self.programs if program.process)
        return "".join(f"--- {p.name}\n{p.output[-3000:]}\n" for p in started)

    def _ready(self) -> Answer:
        try:
            return ask(self.port, "GET", "/readyz")
        except OSError:
            return Answer(0, {}, {})

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {
            "MOISO_DATA": str(self.data.path),
            "MOISO_PORT": str(self.port),
            "MOISO_AGENT__SERVER_URL": f"http://127.0.0.1:{self.port}",
        }
        if self.demo:
            # With its anchor, so that all processes agree.
            own["MOISO_DEMO_CLOCK"] = demo_clock_from_env(DEMO_CLOCK).to_env()
        else:
            own["MOISO_AGENT__PIN_FACTORY"] = "mock"
        foreign = {k: v for k, v in os.environ.items() if not k.startswith("MOISO_")}
        return {**foreign, **own, **more}

    def _config(self) -> Config:
        config = load(sample_path(), {})
        at = {"port": self.printer_port}
        printers = tuple(printer.model_copy(update=at) for printer in config.printers)
        hours = config.hours
        if not self.demo:
            week = [name for name in type(hours).model_fields if name != "exceptions"]
            hours = type(hours).model_validate(dict.fromkeys(week, ("00:00-23:59",)))
        return config.model_copy(update={"printers": printers, "hours": hours})


@contextlib.contextmanager
def running(office: Office, start: Callable[[], None] | None = None) -> Iterator[Office]:
    """Start an office and end it whatever happens; a failure shows what its programs said."""
    try:
        (start or office.start)()
        yield office
    except BaseException as exc:
        exc.add_note(office.output())
        raise
    finally:
        office.stop()


def request_id() -> str:
    """Return a fresh name for a request."""
    return secrets.token_urlsafe(12)


def wait_for(condition: Callable[[], T], what: str, timeout_s: float = 30.0) -> T:
    """Return the first true value of `condition`; raises TimeoutError."""
    deadline_s = time.monotonic() + timeout_s
    while not (value := condition()):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not within {timeout_s:.0f} s: {what}")
        time.sleep(0.02)
    return value
