"""The lock files agree, hold hashes, and leave out what must never be installed."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

PIN = re.compile(r"^([a-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
BOTH = ("requirements.lock", "requirements-dev.lock")
# gevent hangs lgpio for ever; aiohttp and requests cost 15 MB where they are merely installed.
NEVER = ("aiohttp", "eventlet", "gevent", "requests")


def pins(path: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(path.read_text(encoding="utf-8")))


def locked(root: Path) -> set[tuple[str, str]]:
    packages = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {(p["name"], p["version"]) for p in packages if p["name"] != "moiso"}


def test_requirements_say_what_uv_lock_says(root: Path) -> None:
    assert pins(root / "requirements-dev.lock") == locked(root), "run: make lock"
    assert pins(root / "requirements.lock") < locked(root)


@pytest.mark.parametrize("name", BOTH)
def test_every_pin_has_a_hash(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [b.split()[0] for b in blocks if b.strip() and "--hash=sha256:" not in b] == []


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("package", NEVER)
def test_package_is_not_locked(root: Path, name: str, package: str) -> None:
    assert package not in {pinned for pinned, _ in pins(root / name)}


@pytest.mark.parametrize("package", NEVER)
def test_package_is_not_installed(package: str) -> None:
    assert importlib.util.find_spec(package) is None


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="lgpio has no wheel; gpiod is used there")
@pytest.mark.skipif(sys.platform != "linux", reason="GPIO is Linux")
def test_lgpio_has_its_native_module() -> None:
    # The resolver may take lgpio 0.0.0.2 instead, which is empty and fails on the first Pi only.
    assert importlib.util.find_spec("_lgpio") is not None


@pytest.mark.skipif(sys.version_info < (3, 13), reason="lgpio is used there")
@pytest.mark.skipif(sys.platform != "linux", reason="GPIO is Linux")
def test_gpiod_has_its_native_module() -> None:
    assert importlib.util.find_spec("gpiod._ext") is not None
