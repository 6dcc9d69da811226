"""The OpenAPI document, and a page for people made from it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from display.api.openapi import description_key, document
from display.page import page
from display.texts import t

URL = "/api/v1/openapi.json"
blueprint = Blueprint(
    "api_documents",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/api/static",
)


@blueprint.get(URL)
def openapi() -> ResponseReturnValue:
    """Return the document."""
    return Response(_json(), mimetype="application/json", headers={"Cache-Control": "no-cache"})


@blueprint.get("/api/v1/docs")
def docs() -> ResponseReturnValue:
    """Show the document to people: every call, what it takes, what it can answer."""
    data = page("apidocs", ["common"])
    found = document()
    calls = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    ]
    return render_template(
        "api/docs.html",
        page=data,
        office=data["office"],
        url=URL,
        calls=calls,
        schemas=sorted(found["components"]["schemas"].items()),
        kind_of=kind_of,
        description_key=description_key,
        schemes=found["components"]["securitySchemes"],
    )


def kind_of(schema: dict[str, Any]) -> str:
    """Return a schema's type in a few words: "integer | null", "list of TicketBody"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(kind_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"“{word}”" for word in schema["enum"])
    if "const" in schema:
        return f"“{schema['const']}”"
    if schema.get("type") == "array":
        return t("apidocs.kind_list", kind=kind_of(schema.get("items", {})))
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return t("apidocs.kind_map", kind=kind_of(schema["additionalProperties"]))
    return str(schema.get("type") or t("apidocs.kind_any"))


@cache
def _json() -> bytes:
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":")).encode()
