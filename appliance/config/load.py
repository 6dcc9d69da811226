"""Reads the configuration: the file, then the environment, every error told at once."""

from __future__ import annotations

import json
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from appliance.config.cross import cross_check
from appliance.config.dump import effective
from appliance.config.paths import Loc, did_you_mean, dotted
from appliance.config.schema import Config
from appliance.errors import ConfigInvalid

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
    raw = _read(path)
    sources, problems = _override(raw, environ)
    found: list[tuple[Loc, str]] = []
    config: Config | None = None
    try:
        config = Config.model_validate(raw)
    except ValidationError as exc:
        found += _schema_problems(exc)
    found += cross_check(raw)
    problems += [f"{_source(path, sources, loc)}: {dotted(loc)}: {text}" for loc, text in found]
    if problems or config is None:
        raise ConfigInvalid(problems)
    return config


def sample_path() -> Path:
    """Return where the sample configuration of this installation lies."""
    return Path(__file__).with_name("sample.toml")


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(unicodedata.normalize("NFC", text))
    except OSError as exc:
        raise ConfigInvalid([f"{path}: cannot be read: {exc.strerror}"]) from exc
    except UnicodeDecodeError as exc:
        raise ConfigInvalid([f"{path}: is not UTF-8 text (byte {exc.start + 1})"]) from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigInvalid([f"{path}: is not valid TOML: {exc}"]) from exc


def _override(raw: dict[str, Any], environ: Mapping[str, str]) -> tuple[dict[Loc, str], list[str]]:
    """Put the environment's values into `raw`; return which variable set what, and problems."""
    sources: dict[Loc, str] = {}
    problems: list[str] = []
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
            problems.append(f"{name}: {dotted(loc[:-1])} is not a table; set it in the file")
    return sources, problems


def _source(path: Path, sources: Mapping[Loc, str], loc: Loc) -> str:
    """Return the variable that set `loc` or something in it; else the file."""
    for set_loc, name in sources.items():
        if set_loc[: len(loc)] == loc or loc[: len(set_loc)] == set_loc:
            return name
    return str(path)


def _schema_problems(exc: ValidationError) -> list[tuple[Loc, str]]:
    errors = exc.errors(include_url=False)
    problems: list[tuple[Loc, str]] = []
    for error in errors:
        place = error["loc"]
        inside = any(e["loc"][: len(place)] == place for e in errors if e is not error)
        if error["type"] == "too_short" and inside:
            continue  # an array of wrong items counts as empty
        loc = tuple(part for part in place if part != "[key]")
        problems.append((loc, _say(error["type"], error["msg"], error["input"], loc)))
    return problems


def _say(kind: str, message: str, value: object, loc: Loc) -> str:
    if kind == "extra_forbidden":
        return "unknown key" + did_you_mean(str(loc[-1]), _keys_beside(loc))
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    text = message.removeprefix("Input ")
    return f"{text}, not {json.dumps(value, ensure_ascii=False)}" if _is_plain(value) else text


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


def _keys_beside(loc: Loc) -> list[str]:
    """Return the keys that the table around `loc` may have."""
    model: type[BaseModel] | None = Config
    for part in loc[:-1]:
        if model is None:
            return []
        if isinstance(part, str):
            known = model.model_fields.get(part)
            model = None if known is None else _model_in(known.annotation)
    return [] if model is None else list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
