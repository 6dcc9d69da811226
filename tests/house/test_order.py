"""The suite's own order: see tests/support/order.py."""

from __future__ import annotations

import itertools
from pathlib import Path

from tests.support.order import HEAVY, in_order

ROOT = Path(__file__).resolve().parents[2]


def all_files() -> list[str]:
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file.relative_to(ROOT)) for file in found]


def test_every_file_has_its_place_and_the_heavy_ones_exist():
    assert sorted(in_order(all_files())) == all_files()
    assert set(HEAVY) <= set(all_files())


def test_the_longest_comes_first_and_no_heavy_one_beside_another_or_near_the_end():
    order = in_order(all_files())
    places = [order.index(file) for file in HEAVY]
    assert places[0] == 0
    assert all(later - sooner > 10 for sooner, later in itertools.pairwise(places))
    assert places[-1] < 0.75 * len(order)


def test_no_folder_is_worked_off_all_at_once():
    walk = [at for at, file in enumerate(in_order(all_files())) if "/walk/" in file]
    assert max(walk) - min(walk) > 100


def test_a_part_of_the_files_has_an_order_too():
    assert in_order(["tests/walk/test_lab.py"]) == ["tests/walk/test_lab.py"]
    assert in_order([]) == []
