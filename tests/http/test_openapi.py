"""The OpenAPI document: every route is in it, every reference leads somewhere."""

from __future__ import annotations

import html
import json
import re

import pytest

from display.api.contract import CALLS
from display.api.openapi import descriptions, document
from display.texts import catalog
from tests.http.kit import office
from tests.http.rules import application

PROGRAM_PATHS = ("/api/v1/", "/healthz", "/readyz", "/metrics")


def routes() -> set[tuple[str, str]]:
    """Return (method, path template) of everything that programs may call."""
    found = set()
    for rule in application().url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", re.sub(r"<any\([^)]*\):", "<", rule.rule))
        if path.startswith(PROGRAM_PATHS):
            found |= {(m.lower(), path) for m in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def test_every_route_is_documented_and_no_other():
    assert routes() == {(call.method, call.path) for call in CALLS}


def test_every_call_answer_and_parameter_is_explained():
    assert re.findall(r'"apidocs\.\w+"', json.dumps(document())) == []


def test_every_schema_and_field_is_explained_in_both_languages():
    sentences = catalog(["apidocs"])
    assert {key for key in descriptions() if key not in sentences["vi"]} == set()
    for key, text in descriptions().items():
        assert sentences["en"][key] == " ".join(text.split()), f"{key}: document and page differ"
        assert sentences["vi"][key] != sentences["en"][key]
        missing = set(re.findall(r"`[^`]+`", text)) - set(
            re.findall(r"`[^`]+`", sentences["vi"][key])
        )
        assert missing == set(), f"{key}: the Vietnamese sentence does not name them"


def test_calls_have_names_of_their_own():
    assert len({call.name for call in CALLS}) == len(CALLS)
    assert all(re.fullmatch(r"[a-z_]+", call.name) for call in CALLS)


def test_every_reference_leads_somewhere():
    found = document()
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found)))
    assert names <= set(found["components"]["schemas"])
    assert found["openapi"].startswith("3.1.")


def test_every_error_has_the_one_shape():
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and (path, status) != ("/readyz", "503"):
                    (content,) = answer["content"].values()
                    assert content["schema"] == {"$ref": "#/components/schemas/ErrorAnswer"}


def test_what_changes_something_wants_a_key():
    for methods in document()["paths"].values():
        for method, operation in methods.items():
            assert method == "get" or operation["security"], operation["operationId"]


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("openapi")) as server:
        yield server


def test_the_document_is_served(rig):
    answer = rig.get("/api/v1/openapi.json")
    assert answer.status == 200
    assert answer.body == document()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_lists_every_call(rig, lang):
    page = rig.get(f"/api/v1/docs?lang={lang}").body
    for call in CALLS:
        assert f"<code>{call.path}</code>" in page, call.path
    assert "IssuedAnswer" in page


def test_the_vietnamese_page_holds_no_english_description(rig):
    page = html.unescape(rig.get("/api/v1/docs?lang=vi").body)
    sentences = catalog(["apidocs"])
    for key, text in descriptions().items():
        assert sentences["vi"][key] in page
        assert f">{text}<" not in page
    assert 'lang="en">' not in page.partition("<main")[2].partition("</main>")[0]
    assert "list of " not in page
