"""The smallest office, and what is said about it when something is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from appliance.config.load import load
from appliance.errors import ConfigInvalid, Problem
from display.texts import languages, problem_sentence

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


def told_in_both_languages(problem: Problem) -> None:
    """Assert that people are told the problem, with every gap filled."""
    sentences = [problem_sentence(problem, lang) for lang in languages]
    assert len(set(sentences)) == len(languages), sentences
    for said in sentences:
        assert "–" not in said


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
def refused() -> Callable[..., list[str]]:
    """Return what is told, in English, of a file that cannot be loaded."""

    def refused_(path: Path, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigInvalid) as caught:
            load(path, environ or {})
        for problem in caught.value.problems:
            told_in_both_languages(problem)
        return [problem_sentence(problem, "en") for problem in caught.value.problems]

    return refused_


@pytest.fixture
def problems(
    write: Callable[[str], Path], refused: Callable[..., list[str]]
) -> Callable[..., list[str]]:
    """Return the problems of the smallest office with a text added, without the file's name."""

    def problems_(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        path = write(OFFICE + text)
        return [line.removeprefix(f"{path}: ") for line in refused(path, environ)]

    return problems_


@pytest.fixture
def service() -> Callable[..., str]:
    """Return the text of one more service, and of a counter that calls it."""

    def service_(code: str, prefix: str, more: str = "") -> str:
        names = 'name_vi = "Dịch vụ"\nname_en = "Service"\n'
        counter = f'[[counters]]\nnumber = 9\nservices = ["{code}"]\n'
        return f'[[services]]\ncode = "{code}"\n{names}prefix = "{prefix}"\n{more}\n{counter}'

    return service_
