"""What every test may ask for: an office, a clock moved by hand, a migrated database."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.config import Config, load, sample_path
from appliance.config.office import to_office
from appliance.domain.office import Office
from appliance.storage.engine import Database
from appliance.storage.migrate import upgrade
from appliance.usecases.context import Context
from tests.support.clocks import HandClock
from tests.support.order import in_order


@pytest.fixture(scope="session")
def sample() -> Config:
    return load(sample_path(), {})


@pytest.fixture(scope="session")
def office(sample: Config) -> Office:
    """The sample office; agent "panels" owns the buttons of counters 1 and 2, as in the demo."""
    panels = tuple(
        panel.model_copy(update={"agent": "panels"}) if panel.counter <= 2 else panel
        for panel in sample.panels
    )
    return to_office(sample.model_copy(update={"panels": panels}))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "office.sqlite"
    upgrade(path)
    return path


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ctx(migrated: Path, tmp_path: Path, office: Office, clock: HandClock) -> Iterator[Context]:
    path = tmp_path / "office.sqlite"
    shutil.copyfile(migrated, path)
    database = Database(path)
    yield Context(database, clock, office, "this-boot")
    database.close()


@pytest.fixture
def fresh_id() -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"request-{next(counter):06d}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread what is heavy: see tests/support/order.py."""
    files = [item.nodeid.partition("::")[0] for item in items]
    place = {file: at for at, file in enumerate(in_order(files))}
    items.sort(key=lambda item: place[item.nodeid.partition("::")[0]])
