"""The smallest office, and what is said about it when something is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from appliance.config.load import load
from appliance.errors import ConfigInvalid

OFFICE = """
[office]
name = "Văn Miếu"
[[services]]
code = "ho-tich"
name_vi = "Hộ tịch"
name_en = "Civil status"
prefix = "1"
[[counters]]
number = 1
services = ["ho-tich"]
"""


@pytest.fixture
def office() -> str:
    return OFFICE


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a text as configuration; return the file."""

    def write_(text: str) -> Path:
        path = tmp_path / "moiso.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_


@pytest.fixture
def problems(write: Callable[[str], Path]) -> Callable[..., list[str]]:
    """Return the problems of the smallest office with a text added, without the file's name."""

    def problems_(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        path = write(OFFICE + text)
        with pytest.raises(ConfigInvalid) as caught:
            load(path, environ or {})
        return [line.removeprefix(f"{path}: ") for line in caught.value.problems]

    return problems_


@pytest.fixture
def service() -> Callable[..., str]:
    """Return the text of one more service, and of a counter that calls it."""

    def service_(code: str, prefix: str, more: str = "") -> str:
        names = 'name_vi = "Dịch vụ"\nname_en = "Service"\n'
        counter = f'[[counters]]\nnumber = 9\nservices = ["{code}"]\n'
        return f'[[services]]\ncode = "{code}"\n{names}prefix = "{prefix}"\n{more}\n{counter}'

    return service_
