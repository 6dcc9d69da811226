"""One simulated day under way: people, incidents, and the wait for the last word."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from appliance.bootstrap.demo_panels import panel_buttons, panels_folder
from appliance.bootstrap.lab import DEMO_ACCOUNTS
from appliance.config import Config, load, sample_path
from appliance.config.office import to_hours
from appliance.demo_office import DemoOffice
from appliance.domain.calendar import OFFICE_ZONE
from appliance.domain.rating import Level
from appliance.guardian import Guardian
from appliance.simulation.buttons import Buttons, Felt, PanelButtons
from appliance.simulation.ear import BoardEar
from appliance.simulation.evidence import Outcome, gather, open_ends
from appliance.simulation.link import Link
from appliance.simulation.people import Clerk, Crowd, Promises
from appliance.simulation.plan import Citizen, draw_day
from appliance.simulation.raters import Raters

# A Wednesday on which the sample office is open.
_DAY = date(2026, 11, 25)
# Real time, and longer than a slip may wait: some numbers must be shown on the glass instead.
_NO_PAPER_S = 20.0
_SETTLE_S = 90.0
# Nobody comes to a door that is about to be shut.
_LAST_MINUTES = timedelta(minutes=20)
_LOOK_S = 0.1
# A computer that is too slow for the speed drags the day on into the next ones.
_DAYS_AT_MOST = 8


@dataclass(frozen=True)
class Day:
    """What to play; `kills` kills agent and server once each, in the middle."""

    citizens: int
    counters: int
    speed: float
    seed: int
    kills: bool = False


def opening_windows() -> list[tuple[datetime, datetime]]:
    """Return from when to when numbers are given, in UTC: on the day, and should it drag on."""
    hours = to_hours(load(sample_path(), {}).hours)
    days = [_DAY + timedelta(days=n) for n in range(_DAYS_AT_MOST)]
    return [
        (_at(day, window.start), _at(day, window.end))
        for day in days
        for window in hours.windows(day)
    ]


def opening_hours() -> tuple[datetime, datetime]:
    """Return when the simulated day opens and closes, in UTC."""
    windows = [window for window in opening_windows() if _local_day(window[0]) == _DAY]
    return windows[0][0], windows[-1][1]


def services_called(config: Config, counters: int) -> list[str]:
    """Return the services that the counters 1 to `counters` call: nobody comes for another."""
    called = {code for one in config.counters if one.number <= counters for code in one.services}
    return [service.code for service in config.services if service.code in called]


class Playing:
    """One day under way."""

    def __init__(self, office: DemoOffice, keeper: Guardian, day: Day, console: Console) -> None:
        self._office = office
        self._printers = tuple(office.printer_http_ports.values())
        self._keeper = keeper
        self._day = day
        self._console = console
        self._promises = Promises()
        self._stop = threading.Event()
        self._doors_closed = threading.Event()
        self._stop_looking = threading.Event()
        self._missed: set[int] = set()

    def play(self) -> Outcome:
        """Let everybody in, serve everybody, then ask the witnesses."""
        plan = self._plan()
        ear = BoardEar(self._office.port, self._token("board", "main"), self._office.clock)
        ear.start()
        raters = self._raters()
        clerks = [self._clerk(number, plan, raters) for number in range(1, self._day.counters + 1)]
        with ThreadPoolExecutor(len(clerks)) as pool:
            jobs = [pool.submit(c.work, self._doors_closed, self._stop) for c in clerks]
            try:
                self._let_in(plan, jobs, raters)
                self._doors_closed.set()
                _results(jobs)
            except BaseException:
                raters.give_up()
                raise
            finally:
                self._stop.set()
        raters.finish()
        self._settle()
        outcome = gather(
            self._office.data,
            self._printers,
            self._promises,
            raters.touches,
            opening_windows(),
            self._office.clock,
        )
        ear.stop()
        found = complaints(self._promises, ear, outcome)
        return replace(outcome, problems=outcome.problems + found)

    def _plan(self) -> list[Citizen]:
        """Draw the day; who would come in the lunch break waits at the door until it opens."""
        services = services_called(self._office.config, self._day.counters)
        hours = to_hours(self._office.config.hours)
        plan = []
        for citizen in draw_day(self._day.seed, self._day.citizens, services, *opening_hours()):
            in_time = hours.is_open(citizen.at) and hours.is_open(citizen.at + _LAST_MINUTES)
            at = citizen.at if in_time else hours.next_opening(citizen.at)
            assert at is not None, "the day was drawn inside the opening hours"
            plan.append(replace(citizen, at=at))
        return plan

    def _raters(self) -> Raters:
        counters = range(1, self._day.counters + 1)
        panels = panels_folder(self._office.data)
        return Raters(
            self._office.clock,
            self._office.port,
            tuple(Level),
            PanelButtons(
                panels.control_socket, Felt(panels.path / "agent.sqlite"), self._panel_pins()
            ),
            {n: Link(self._office.port, self._token("panel", str(n))) for n in counters},
            self._promises.links,
        )

    def _let_in(self, plan: list[Citizen], clerks: list[Future[None]], raters: Raters) -> None:
        crowd = Crowd(
            self._office.clock,
            Link(self._office.port, self._token("kiosk", "kiosk-1")),
            Buttons(
                self._office.data.control_socket,
                Felt(self._office.data.path / "agent.sqlite"),
                self._pins(),
            ),
            self._promises,
        )
        incidents = self._incidents(len(plan), raters)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self._console) as progress:
            task = progress.add_task("citizens", total=len(plan))
            for count, citizen in enumerate(plan):
                crowd.wait_until(citizen.at, self._stop)
                for incident in incidents.get(count, ()):
                    incident()
                while (again := crowd.arrive(citizen)) is not None:
                    crowd.wait_until(again, self._stop)
                progress.advance(task)
                # A clerk who cannot go on ends the day at once instead of at its end.
                _results([job for job in clerks if job.done()])

    def _incidents(self, citizens: int, raters: Raters) -> dict[int, list[Callable[[], None]]]:
        """Return what goes wrong, by the number of the citizen who meets it first."""
        found = {int(citizens * 0.3): [self._run_out_of_paper]}
        if self._day.kills:
            found.setdefault(int(citizens * 0.5), []).append(lambda: self._kill("agent"))
            found.setdefault(int(citizens * 0.6), []).append(lambda: self._kill_panels(raters))
            found.setdefault(int(citizens * 0.7), []).append(lambda: self._kill_server(raters))
        return found

    def _kill_panels(self, raters: Raters) -> None:
        raters.panels_were_killed()
        self._kill("panels")

    def _kill_server(self, raters: Raters) -> None:
        """Kill it while somebody pushes: the buttons' agent keeps what nobody can be told of."""
        self._kill("server")
        raters.push_all()

    def _kill(self, name: str) -> None:
        self._console.print(f"kill -9 {name}")
        self._keeper.kill(name)

    def _run_out_of_paper(self) -> None:
        self._console.print("the printers run out of paper")
        self._fault({"paper": "out"})
        guard = threading.Timer(_NO_PAPER_S, self._fault, [{"paper": "ok"}])
        guard.daemon = True
        guard.start()

    def _fault(self, body: dict[str, str]) -> None:
        for port in self._printers:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
                link.request("POST", "/fault", json.dumps(body), {"X-Moiso-Lab": "1"})
                link.getresponse().read()

    def _settle(self) -> None:
        """Wait until every slip and every press has its last word, 90 s at most."""
        deadline_s = time.monotonic() + _SETTLE_S
        while open_ends(self._office.data) and time.monotonic() < deadline_s:
            self._stop_looking.wait(_LOOK_S)

    def _clerk(self, number: int, plan: list[Citizen], raters: Raters) -> Clerk:
        link = Link(self._office.port)
        account = next(account for account in DEMO_ACCOUNTS if account.role == "clerk")
        link.sign_in(account.username, account.password)
        return Clerk(number, link, self._office.clock, plan, self._missed, self._promises, raters)

    def _panel_pins(self) -> dict[tuple[int, str], int]:
        """Return the pins of the panels' buttons at the counters that work today."""
        return {
            (button.counter, button.level): button.pin
            for button in panel_buttons(self._office.data)
            if button.counter is not None
            and button.level is not None
            and button.counter <= self._day.counters
        }

    def _pins(self) -> dict[str, int]:
        buttons = self._office.config.agent.buttons
        return {button.service: button.pin for button in buttons if button.service is not None}

    def _token(self, kind: str, name: str) -> str:
        answer = Link(self._office.port).ask("POST", "/pair/demo", {"kind": kind, "name": name})
        return str(answer.body["token"])


def complaints(promises: Promises, ear: BoardEar, outcome: Outcome) -> list[str]:
    """Return what is wrong beside the books: people refused, calls that no board showed."""
    found = [f"refused: {what} ({n} times)" for what, n in sorted(promises.refused.items())]
    if outcome.days > 1:
        found.append("the day dragged on into the next one; choose a lower --speed")
    if outcome.waiting:
        way_out = "choose a lower --speed or more --counters"
        found.append(f"{outcome.waiting} citizens were never called; {way_out}")
    if silent := ear.never_shown(outcome.calls):
        found.append(f"tickets that were called but never shown on the board: {silent}")
    return found


def _at(day: date, local: wall_time) -> datetime:
    return datetime.combine(day, local, OFFICE_ZONE).astimezone(UTC)


def _local_day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()


def _results(jobs: list[Future[None]]) -> None:
    """Raise what a job raised, if one did."""
    for job in jobs:
        job.result()
