"""A short soak with a fixed seed; `make soak` runs the long one with a new seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.soak import soak_kills, soak_slips

SEED = 20261123


@pytest.mark.timeout(200)
def test_a_hundred_slips_with_random_faults_end_as_they_came_out(tmp_path: Path) -> None:
    found = soak_slips(tmp_path, 100, SEED)
    assert found.wrong == []
    assert found.faults > 25
    assert sum(found.ends.values()) == 100
    assert found.ends["printed"] > 50


@pytest.mark.timeout(200)
def test_twenty_kills_double_and_forget_nothing(tmp_path: Path) -> None:
    found = soak_kills(tmp_path, 20, SEED)
    assert found.wrong == []
    assert found.kills == 20
    assert found.faults > 2
    assert set(found.ends) <= {"printed", "unknown"}
    assert found.ends["unknown"] >= 1
