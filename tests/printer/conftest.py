"""A real simulated printer in its own process, and the people of our slips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from printer.driver import Printer
from printer.slip import Slip
from tests.support.paper import Office, Simulator, make_slip
from tests.support.wait import wait_for


@pytest.fixture
def start_simulator(tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    started: list[Simulator] = []

    def start(*options: str) -> Simulator:
        simulator = Simulator(tmp_path / f"slips-{len(started)}", *options)
        started.append(simulator)
        return simulator.await_ready()

    yield start
    for simulator in started:
        simulator.close()


@pytest.fixture(scope="session")
def coming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Simulator]]:
    """Fast printers, the next one always started while the present test runs."""
    ended: list[Simulator] = []

    def begin() -> Simulator:
        return Simulator(tmp_path_factory.mktemp("slips"), "--speed", "50")

    waiting = [begin()]

    def take() -> Simulator:
        taken = waiting.pop()
        waiting.append(begin())
        ended.append(taken)
        return taken.await_ready()

    yield take
    for simulator in ended:
        simulator.gone()  # told to end when its test did; told twice, it might die instead
    waiting[0].await_ready().close()


@pytest.fixture
def simulator(coming: Callable[[], Simulator]) -> Iterator[Simulator]:
    taken = coming()
    yield taken
    taken.process.terminate()


@pytest.fixture
def wait() -> Callable[..., Any]:
    return wait_for


@pytest.fixture
def slip() -> Callable[..., Slip]:
    return make_slip


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    opened: list[Office] = []

    def build(
        printer: Printer, name: str = "ledger", poll_interval_s: float = 0.1, **settings: Any
    ) -> Office:
        office = Office(printer, tmp_path / f"{name}.sqlite3", poll_interval_s, **settings)
        opened.append(office)
        return office

    yield build
    for office in opened:
        office.close()
