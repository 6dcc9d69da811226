"""What an audit finds; rows as they lie in the file: what a column holds is looked at, not trusted.

The tables' own types are not asked: they raise where a row is damaged, and SQLite keeps anything
in any column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, Table, select, type_coerce
from sqlalchemy.types import NullType

from appliance.storage.types import Day, Moment, from_iso, iso


class Unsound(Exception):
    """A value is not what it must be; says which."""


@dataclass
class Audit:
    """What was found: `counts` of what there is, `problems` as lines that name the rows.

    `rules` is what the rules make of each rating press, by its request id.
    """

    counts: dict[str, int] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def say(self, problem: str) -> None:
        """Add a line; one that repeats what was said of a row already is welcome."""
        self.problems.append(problem)

    def rows(self, conn: Connection, table: Table) -> Iterator[Any]:
        """Yield each row with what its columns hold, by the primary key.

        `sound` tells whether all of it is of the right kind; if not, it is told here, and the row
        holds what lies there as it lies.
        """
        parsers = [(column.name, _parser(column)) for column in table.columns]
        raw = [type_coerce(column, NullType()).label(column.name) for column in table.columns]
        keys = [column.name for column in table.primary_key.columns]
        for values in conn.execute(select(*raw).order_by(*table.primary_key.columns)):
            row = SimpleNamespace(sound=True)
            wrong = []
            for (name, parse), value in zip(parsers, values, strict=True):
                try:
                    setattr(row, name, parse(value))
                except ValueError:
                    setattr(row, name, value)
                    wrong.append(name)
            if wrong:
                row.sound = False
                key = ", ".join(f"{name} {getattr(row, name)}" for name in keys)
                self.say(f"{table.name}: {key} holds no right {', '.join(wrong)}")
            yield row


def parsed(text: Any) -> Any:
    """Return what JSON text holds; raises Unsound."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as exc:
        raise Unsound("JSON") from exc


def number(fields: Mapping[str, Any], name: str) -> int:
    """Return a field that holds a whole number; raises Unsound."""
    try:
        return _whole(fields.get(name))
    except ValueError as exc:
        raise Unsound(name) from exc


def text(fields: Mapping[str, Any], name: str) -> str:
    """Return a field that holds text; raises Unsound."""
    try:
        return _text(fields.get(name))
    except ValueError as exc:
        raise Unsound(name) from exc


def ticket_id(fields: Mapping[str, Any]) -> int:
    """Return the id of the ticket that an event tells of; raises Unsound."""
    body = fields.get("ticket")
    if not isinstance(body, dict):
        raise Unsound("ticket")
    return number(body, "id")


def _parser(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, Moment):
        parse: Callable[[Any], Any] = _moment
    elif isinstance(kind, Day):
        parse = _day
    elif isinstance(kind, Boolean):
        parse = _truth
    else:
        parse = _whole if isinstance(kind, Integer) else _text
    return (lambda value: None if value is None else parse(value)) if column.nullable else parse


def _moment(value: Any) -> datetime:
    at = from_iso(_text(value))
    if at.tzinfo is None or iso(at) != value:
        raise ValueError(value)
    return at


def _day(value: Any) -> date:
    day = date.fromisoformat(_text(value))
    if day.isoformat() != value:
        raise ValueError(value)
    return day


def _truth(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError(value)
    return bool(value)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - whatever is wrong is one kind of wrong here
    return value
