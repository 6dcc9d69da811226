"""One server for all that do not need another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http.kit import office
from tests.support.programs import Rig


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The demo's server without agent and printer; each test leaves it running."""
    with office(tmp_path_factory.mktemp("http")) as server:
        yield server
