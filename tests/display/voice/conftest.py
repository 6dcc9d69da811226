"""A complete, tiny set of recordings in a folder, to be spoilt by the tests."""

from pathlib import Path

import pytest

from tests.support.voices import write_set


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "voice"
    write_set(folder)
    return folder
