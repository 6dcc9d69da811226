"""What the house tests look at: the tracked tree, not caches and vendored files."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_FOLDERS = ("appliance", "display", "printer", "tools", "tests")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def python_files(root: Path) -> list[Path]:
    return [file for folder in PYTHON_FOLDERS for file in sorted((root / folder).rglob("*.py"))]


@pytest.fixture(scope="session")
def documents(root: Path) -> list[Path]:
    named = [root / "README.md", root / "systemd" / "README.md", root / "CHANGELOG.md"]
    return [file for file in (*named, *sorted((root / "docs").rglob("*.md"))) if file.exists()]
