"""The configuration in force as text, so that people see what the defaults and variables made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from appliance.config.schema import Config


def effective(config: Config) -> str:
    """Return `config` with every default as TOML that `load` reads back to the same."""
    lines = _table("", config.model_dump(mode="json", exclude_none=True))
    return "\n".join(lines).strip() + "\n"


def _table(path: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of `table`: plain keys first, as TOML wants them, then tables in it."""
    inner: list[tuple[str, Any]] = []
    for key, value in table.items():
        if _holds_tables(value):
            inner.append((key, value))
        else:
            yield f"{key} = {_value(value)}"
    for key, value in inner:
        name = f"{path}.{key}" if path else key
        for item in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _table(name, item)


def _holds_tables(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
