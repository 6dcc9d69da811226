"""Reads the configuration: the file, then the environment, every error told at once."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from appliance.config.cross import cross_check
from appliance.config.dump import effective
from appliance.config.paths import Loc, Wrong, dotted
from appliance.config.schema import Config
from appliance.config.schema_problems import schema_problems
from appliance.errors import ConfigInvalid, Problem

__all__ = ["effective", "load", "sample_path"]

ENV_PREFIX = "MOISO_"
# Short names of what is set most often; everything else is MOISO_<TABLE>__<KEY>.
ENV_SHORT: Mapping[str, Loc] = {"MOISO_PORT": ("server", "port")}


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the checked configuration of `path`, overridden by `environ`.

    1. Read the TOML file (UTF-8, a byte order mark is allowed; text becomes NFC).
    2. Put in ``MOISO_PORT`` and every ``MOISO_<TABLE>__<KEY>`` that is not empty.
    3. Check types, ranges and names; then what one table says about another.

    Raises ConfigInvalid with all problems: file or variable, key, what is wrong.
    """
    return check(_read(path), path, environ)


def check(raw: dict[str, Any], path: Path, environ: Mapping[str, str]) -> Config:
    """Return the checked configuration of `raw`, the parsed `path`; raises as `load` does."""
    sources, problems = _override(raw, environ)
    found: list[Wrong] = []
    config: Config | None = None
    try:
        config = Config.model_validate(raw)
    except ValidationError as exc:
        found += schema_problems(exc)
    found += cross_check(raw)
    for one in found:
        where = f"{_source(path, sources, one.loc)}: {dotted(one.loc)}"
        problems.append(Problem(one.key, where, one.fields))
    if problems or config is None:
        raise ConfigInvalid(*problems)
    return config


def sample_path() -> Path:
    """Return where the sample configuration of this installation lies."""
    return Path(__file__).with_name("sample.toml")


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(unicodedata.normalize("NFC", text))
    except FileNotFoundError as exc:
        raise ConfigInvalid(Problem("no_file", str(path))) from exc
    except PermissionError as exc:
        raise ConfigInvalid(Problem("file_forbidden", str(path))) from exc
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise ConfigInvalid(Problem("file_unreadable", str(path), {"reason": reason})) from exc
    except UnicodeDecodeError as exc:
        raise ConfigInvalid(Problem("not_utf8", str(path), {"byte": exc.start + 1})) from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigInvalid(_not_toml(path, str(exc))) from exc


def _not_toml(path: Path, told: str) -> Problem:
    """Return the problem that tomllib tells as "Invalid value (at line 3, column 5)"."""
    reason, _, place = told.partition(" (at ")
    numbers = re.findall(r"\d+", place)
    if len(numbers) != 2:
        return Problem("toml_cut_off", str(path), {"reason": reason})
    line, column = map(int, numbers)
    return Problem("not_toml", str(path), {"line": line, "column": column, "reason": reason})


def _override(
    raw: dict[str, Any], environ: Mapping[str, str]
) -> tuple[dict[Loc, str], list[Problem]]:
    """Put the environment's values into `raw`; return which variable set what, and problems."""
    sources: dict[Loc, str] = {}
    problems: list[Problem] = []
    for name in sorted(environ):
        loc = ENV_SHORT.get(name)
        if loc is None and name.startswith(ENV_PREFIX) and "__" in name:
            loc = tuple(name.removeprefix(ENV_PREFIX).lower().split("__"))
        if loc is None or not environ[name]:
            continue
        table: Any = raw
        for part in loc[:-1]:
            table = table.setdefault(part, {}) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[loc[-1]] = environ[name]
            sources[loc] = name
        else:
            problems.append(Problem("not_by_variable", f"{name}: {dotted(loc[:-1])}"))
    return sources, problems


def _source(path: Path, sources: Mapping[Loc, str], loc: Loc) -> str:
    """Return the variable that set `loc` or something in it; else the file."""
    for set_loc, name in sources.items():
        if set_loc[: len(loc)] == loc or loc[: len(set_loc)] == set_loc:
            return name
    return str(path)
