"""The OpenAPI 3.1 document, made from `contract` and the models of bodies and answers."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from appliance.version import version
from display.api.contract import CALLS, ERROR, Call, Model
from display.texts import say

_REF = "#/components/schemas/{model}"
_KEYS: dict[str, list[dict[str, list[str]]]] = {
    "device": [{"device": []}],
    "session": [{"session": [], "csrf": []}],
    "monitor": [{"monitor": []}, {}],
}
_LARGEST = 2**63 - 1
Mode = Literal["validation", "serialization"]
Refs = dict[str, dict[str, Any]]


def document() -> dict[str, Any]:
    """Return the document; it names no address, so that it is the same everywhere."""
    wanted = sorted(_models(), key=lambda item: item[0].__name__)
    found, schemas = models_json_schema(wanted, ref_template=_REF)
    refs: Refs = {model.__name__: ref for (model, _mode), ref in found.items()}
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _operation(call, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "moiso",
            "version": version(),
            "description": "The JSON API of one office: tickets, counters, queue, health.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": _schemes()},
    }


def description_key(schema: str, field: str = "") -> str:
    """Return the key of the sentence that explains a schema, or one of its fields, to people."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", schema).lower()
    return f"apidocs.field_{name}_{field}" if field else f"apidocs.schema_{name}"


def descriptions() -> dict[str, str]:
    """Return every description of a schema or a field in the document, by its sentence's key."""
    found = {}
    for name, schema in document()["components"]["schemas"].items():
        if "description" in schema:
            found[description_key(name)] = schema["description"]
        for field, inner in schema.get("properties", {}).items():
            if "description" in inner:
                found[description_key(name, field)] = inner["description"]
    return found


def _models() -> set[tuple[Model, Mode]]:
    found: set[tuple[Model, Mode]] = {(ERROR, "serialization")}
    for call in CALLS:
        if call.body is not None:
            found.add((call.body, "validation"))
        found |= {
            (model, "serialization")
            for model in call.good.values()
            if model is not None and model is not BaseModel
        }
    return found


def _operation(call: Call, refs: Refs) -> dict[str, Any]:
    good = {
        str(status): _answer(status, model, refs, call.text) for status, model in call.good.items()
    }
    bad = {str(s): _answer(s, ERROR, refs) for s in call.bad if s not in call.good}
    found: dict[str, Any] = {
        "operationId": call.name,
        "summary": say(f"apidocs.call_{call.name}", "en"),
        "responses": dict(sorted({**good, **bad}.items())),
    }
    parameters = [_number(name) for name in call.numbers]
    parameters += [_word(name, words) for name, words in call.words.items()]
    if parameters:
        found["parameters"] = parameters
    if call.body is not None:
        content = {"application/json": {"schema": refs[call.body.__name__]}}
        found["requestBody"] = {"required": True, "content": content}
    if call.keys:
        found["security"] = [one for key in call.keys for one in _KEYS[key]]
    return found


def _answer(status: int, model: Model | None, refs: Refs, text: str = "") -> dict[str, Any]:
    if model is None:
        content: dict[str, Any] = {text: {"schema": {"type": "string"}}}
    elif model is BaseModel:
        content = {"application/json": {"schema": {"type": "object"}}}
    else:
        content = {"application/json": {"schema": refs[model.__name__]}}
    found: dict[str, Any] = {
        "description": say(f"apidocs.answer_{status}", "en"),
        "content": content,
    }
    if status == 429:
        found["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return found


def _number(name: str) -> dict[str, Any]:
    return _parameter(name, {"type": "integer", "minimum": 0, "maximum": _LARGEST, "examples": [1]})


def _word(name: str, words: tuple[str, ...]) -> dict[str, Any]:
    return _parameter(name, {"type": "string", "enum": list(words)})


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    text = say(f"apidocs.parameter_{name}", "en")
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


def _schemes() -> dict[str, Any]:
    return {
        "device": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a paired kiosk (may take tickets) or board (may look)",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "A member of staff who signed in at /login",
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": "X-CSRFToken",
            "description": "Wanted with the session by every call that changes something",
        },
        "monitor": {
            "type": "http",
            "scheme": "bearer",
            "description": "monitor.token in the data folder; not needed on the machine itself",
        },
    }
