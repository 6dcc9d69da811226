"""Servers whose live channel the tests speak to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http.kit import office, taken
from tests.support.programs import Rig


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A server with room for many screens."""
    with office(tmp_path_factory.mktemp("live")) as server:
        yield opened(server)


@pytest.fixture(scope="session")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A server with the fewest threads: four screens at most, so that a lost place is noticed."""
    with office(tmp_path_factory.mktemp("narrow"), env={"MOISO_SERVER__THREADS": "8"}) as server:
        yield opened(server)


def opened(server: Rig) -> Rig:
    """Open the day: that alone sends everybody a new snapshot, which the tests need not expect."""
    taken(server, server.screen_token("kiosk", "kiosk-2"))
    return server
