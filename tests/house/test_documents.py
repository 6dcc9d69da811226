"""The documents name only commands and targets that exist, and the reference is up to date."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer

from appliance.config.load import sample_path
from appliance.config.schema import Config
from tools import config_docs

# Code as Markdown has it: fenced, in a span, or indented by four.
CODE = re.compile(r"```[^\n]*\n(.*?)```|`([^`\n]+)`|^ {4}([^\n]+)$", re.DOTALL | re.MULTILINE)


def code_in(text: str) -> str:
    return "\n".join("".join(groups) for groups in CODE.findall(text))


def named_after(word: str, documents: list[Path]) -> Iterator[tuple[str, str]]:
    """Yield (document, name) for each ``<word> <name>`` in the code of the documents."""
    command = re.compile(rf"(?:^|[\s/]){word} ([a-z][a-z-]*)", re.MULTILINE)
    for document in documents:
        for name in command.findall(code_in(document.read_text(encoding="utf-8"))):
            yield document.name, name


def makefile_targets(root: Path) -> set[str]:
    text = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", text, re.MULTILINE))


def moiso_commands() -> set[str]:
    from appliance import cli

    app = next(value for value in vars(cli).values() if isinstance(value, typer.Typer))
    return set(typer.main.get_group(app).commands)


def test_code_is_found_in_fences_spans_and_indented_lines() -> None:
    text = "a `make one` b\n\n```sh\nmake two\n```\n\n    make three\n\nmake four\n"
    assert re.findall(r"make (\w+)", code_in(text)) == ["one", "two", "three"]


def test_named_make_targets_exist(root: Path, documents: list[Path]) -> None:
    targets = makefile_targets(root)
    assert {"help", "demo", "test", "lint", "bench", "shots", "lock", "clean"} <= targets
    assert [pair for pair in named_after("make", documents) if pair[1] not in targets] == []


def test_named_moiso_commands_exist(documents: list[Path]) -> None:
    commands = moiso_commands()
    assert [pair for pair in named_after("moiso", documents) if pair[1] not in commands] == []


def test_units_and_makefile_start_commands_that_exist(root: Path) -> None:
    files = [root / "Makefile", *sorted((root / "systemd").glob("*.service"))]
    named = {c for f in files for c in re.findall(r"bin\S*/moiso (\w+)", f.read_text("utf-8"))}
    assert named
    assert named <= moiso_commands()


def test_modules_that_the_makefile_starts_exist(root: Path) -> None:
    named = re.findall(r"python -m (tools\.\w+)", (root / "Makefile").read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if importlib.util.find_spec(name) is None] == []


def test_configuration_reference_is_up_to_date() -> None:
    assert config_docs.DOCUMENT.read_text(encoding="utf-8") == config_docs.render(), (
        "run: make docs"
    )


def test_every_key_says_what_it_is() -> None:
    keys = config_docs.keys(Config)
    assert [key for key, info in keys if not config_docs.description(info).strip()] == []


def test_every_key_of_the_sample_is_in_the_schema() -> None:
    known = {key for key, _ in config_docs.keys(Config)}
    sample = tomllib.loads(sample_path().read_text(encoding="utf-8"))
    assert {key for key in paths_in(sample) if not key.startswith("hours.exceptions.")} <= known


def paths_in(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}{key}"
            yield from paths_in(inner, f"{path}{key}.")
    elif isinstance(value, list):
        for inner in value:
            yield from paths_in(inner, path)
