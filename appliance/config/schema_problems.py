"""What the schema found wrong, as sentences for people instead of pydantic's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from appliance.config.paths import Loc, Wrong, near, shown, wrong
from appliance.config.schema import Config
from appliance.config.shapes import SHAPES

# The sentence for each kind of pydantic's errors that our schema can raise, and the name that
# pydantic gives to the limit which was missed.
KINDS: dict[str, tuple[str, str | None]] = {
    "missing": ("missing", None),
    "greater_than_equal": ("at_least", "ge"),
    "less_than_equal": ("at_most", "le"),
    "string_too_short": ("empty", None),
    "string_too_long": ("too_long", "max_length"),
    "too_short": ("too_few", "min_length"),
    "too_long": ("too_many", "max_length"),
    "int_type": ("not_whole", None),
    "int_parsing": ("not_whole", None),
    "int_parsing_size": ("not_whole", None),
    "int_from_float": ("not_whole", None),
    "bool_type": ("not_a_switch", None),
    "bool_parsing": ("not_a_switch", None),
    "string_type": ("not_text", None),
    "model_type": ("not_a_table", None),
    "dict_type": ("not_a_table", None),
    "tuple_type": ("not_a_list", None),
    "literal_error": ("not_one_of", None),
}
_SHAPES = {pattern: key for key, pattern in SHAPES.items()}


def schema_problems(exc: ValidationError) -> list[Wrong]:
    """Return what `exc` found, in the words of ``config.<key>``."""
    errors = exc.errors(include_url=False)
    problems: list[Wrong] = []
    for error in errors:
        place = error["loc"]
        inside = any(e["loc"][: len(place)] == place for e in errors if e is not error)
        if error["type"] == "too_short" and inside:
            continue  # an array of wrong items counts as empty
        loc = tuple(part for part in place if part != "[key]")
        problems.append(_say(error["type"], error.get("ctx", {}), error["input"], loc))
    return problems


def _say(kind: str, ctx: dict[str, Any], value: object, loc: Loc) -> Wrong:
    if kind == "extra_forbidden":
        return wrong("unknown_key", loc, near=near(str(loc[-1]), _keys_beside(loc)))
    if kind == "string_pattern_mismatch":
        return wrong(_SHAPES[ctx["pattern"]], loc, value=shown(value))
    if kind not in KINDS:  # a check of our own: its kind is the sentence
        return Wrong(kind, loc, ctx)
    key, limit_name = KINDS[kind]
    fields: dict[str, object] = {"value": shown(value)}
    if limit_name is not None:
        fields["limit"] = ctx[limit_name]
    if kind == "literal_error":
        fields["known"] = ", ".join(_words(str(ctx["expected"])))
    return Wrong(key, loc, fields)


def _words(expected: str) -> Iterator[str]:
    """Yield the words of pydantic's "'tcp', 'serial' or 'usb'"."""
    for word in expected.replace(" or ", ", ").split(", "):
        yield word.replace("'", '"')


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
