"""Writes docs/configuration.md from the schema: ``python -m tools.config_docs`` (make docs)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from appliance.config.load import ENV_SHORT, sample_path
from appliance.config.schema import Config

DOCUMENT = Path(__file__).parents[1] / "docs" / "configuration.md"

HEAD = """\
# Configuration

<!-- Made by `make docs` from appliance/config/schema.py: change it there. -->

One TOML file (UTF-8) configures the server and the agent; `appliance/config/sample.toml` is a whole
office to start from. A misspelt key, a value out of range, a name that does not exist, a pin, a
prefix or a label that is used twice, and what would lose citizens in silence (a service that no
counter calls, a counter whose zone no board shows, a rate button without a panel of its agent): all
of them are found before anything starts, and told at once in Vietnamese and English, each with the
place and, where it can be guessed, the word that was meant. Places count from 1:
`services[3].prefix` is the prefix of the third `[[services]]`.

`moiso server --show-config` prints what is in force, with every default.

A service with its own hours keeps the office's exceptions, unless it names the same day itself.

## Environment

A variable that is not empty wins over the file. `MOISO_<TABLE>__<KEY>` (two underscores, deeper
tables with two more) sets a single value; what stands in an array of tables can only be set in the
file.

| variable | sets |
|---|---|
"""


def main() -> None:
    """Write the document."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(render(), encoding="utf-8")


def render() -> str:
    """Return the whole document."""
    rows = [f"| `{name}` | `{'.'.join(map(str, loc))}` |\n" for name, loc in ENV_SHORT.items()]
    rows.append("| `MOISO_SERVER__PUBLIC_URL` | `server.public_url` |\n")
    rows.append("| `MOISO_QUEUE__PRIORITY__RUN` | `queue.priority.run` |\n")
    sample = tomllib.loads(sample_path().read_text(encoding="utf-8"))
    return HEAD + "".join(rows) + "\n" + "\n".join(_tables("", Config, sample))


def keys(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key that the file may have, tables too, with its field."""
    for name, info in model.model_fields.items():
        yield f"{path}{name}", info
        inner = table_in(info.annotation)
        if inner is not None:
            yield from keys(inner, f"{path}{name}.")


def description(info: FieldInfo) -> str:
    """Return what the key is for: its own words, else those of its table."""
    inner = table_in(info.annotation)
    return info.description or (inner.__doc__ or "" if inner else "")


def table_in(annotation: Any) -> type[BaseModel] | None:
    """Return the table that the type of a key holds, in an array or optional as well."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := table_in(arg))), None)


def _tables(path: str, model: type[BaseModel], sample: Any) -> Iterator[str]:
    """Yield the section of each table below `model`, an array's rows taken as one table."""
    for name, info in model.model_fields.items():
        inner = table_in(info.annotation)
        if inner is None:
            continue
        here = f"{path}.{name}" if path else name
        example = _first(sample, name)
        heading = f"[[{here}]]" if _is_array(info.annotation) else f"[{here}]"
        yield f"## `{heading}`\n\n{(info.description or inner.__doc__ or '').strip()}\n"
        yield from _rows(inner, example)
        # A service's own hours have the same keys as the office's.
        if inner is not table_in(Config.model_fields["hours"].annotation) or not path:
            yield from _tables(here, inner, example)


def _rows(model: type[BaseModel], sample: Any) -> Iterator[str]:
    lines = ["| key | type | default | range | example | what it is |", "|---|---|---|---|---|---|"]
    for name, info in model.model_fields.items():
        example = _first(sample, name)
        shown = "" if table_in(info.annotation) or example is None else f"`{_toml(example)}`"
        cells = [
            f"`{name}`",
            _type(info.annotation),
            _default(info),
            _range(info),
            shown or _default_example(info),
            description(info),
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    yield "\n".join(lines) + "\n"


def _first(sample: Any, name: str) -> Any:
    """Return the sample's value of `name`, looking through all rows of an array of tables."""
    rows = sample if isinstance(sample, list) else [sample]
    found = [row[name] for row in rows if isinstance(row, Mapping) and name in row]
    if found and isinstance(found[0], list) and found[0] and isinstance(found[0][0], dict):
        return [item for rows_of_one in found for item in rows_of_one]
    return found[0] if found else None


def _is_array(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def _type(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(_type(arg) for arg in args if arg is not type(None))
    if origin is Literal:
        return "one of " + ", ".join(f"`{_toml(arg)}`" for arg in args)
    if origin is tuple:
        return "array of tables" if table_in(args[0]) else f"array of {_type(args[0])}s"
    if origin is dict:
        return f"table of {_type(args[1])}"
    if table_in(annotation):
        return "table"
    if hasattr(annotation, "__metadata__"):
        return _type(args[0])
    names = {str: "string", int: "integer", bool: "boolean", float: "number"}
    return names[annotation]


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    if info.default is PydanticUndefined:
        return "its defaults" if table_in(info.annotation) else "`{}`"
    return "none" if info.default is None else f"`{_toml(info.default)}`"


def _default_example(info: FieldInfo) -> str:
    """Return the default as example where the sample does not use the key."""
    return _default(info) if _default(info).startswith("`") else ""


def _range(info: FieldInfo) -> str:
    return "; ".join(_limits(info.metadata) or _limits(_inner_metadata(info.annotation)))


def _inner_metadata(annotation: Any) -> list[Any]:
    """Return the limits of the first constrained type inside: of an array's items, of a key."""
    for arg in (annotation, *get_args(annotation)):
        for inner in (arg, *get_args(arg)):
            found = list(getattr(inner, "__metadata__", ()))
            if found:
                return [limit for item in found for limit in getattr(item, "metadata", [item])]
    return []


def _limits(metadata: list[Any]) -> list[str]:
    """Return the limits of a field in words; "1 to 99" where both ends are given."""
    found: dict[str, Any] = {}
    for limit in metadata:
        for name in ("ge", "le", "min_length", "max_length", "pattern"):
            if getattr(limit, name, None) is not None:
                found[name] = getattr(limit, name)
    words = []
    if "ge" in found:
        words.append(
            f"{found['ge']} to {found['le']}" if "le" in found else f"{found['ge']} or more"
        )
    if "min_length" in found and "max_length" in found:
        words.append(f"{found['min_length']} to {found['max_length']} long")
    elif "max_length" in found:
        words.append(f"at most {found['max_length']} long")
    elif "min_length" in found:
        words.append(f"at least {found['min_length']}")
    if "pattern" in found:
        words.append(f"`{found['pattern']}`")
    return words


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
