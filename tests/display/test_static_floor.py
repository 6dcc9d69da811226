"""What the pages may use: old browsers, a strict CSP, and vendored files that are what they say."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import esprima
import pytest

DISPLAY = Path(__file__).parents[2] / "display"
VENDOR = DISPLAY / "static" / "vendor"
PUBLIC_PAGES = ("kiosk", "board", "counter", "phone", "pair", "rating")


def _own(suffix: str) -> list[Path]:
    return sorted(p for p in DISPLAY.rglob(f"*{suffix}") if VENDOR not in p.parents)


def _is_public(path: Path) -> bool:
    """Return whether citizens' screens load it; the shared folder counts, but for staff.css."""
    page = path.relative_to(DISPLAY).parts[0]
    return page in PUBLIC_PAGES or (page == "static" and path.name != "staff.css")


def _ids(path: Path) -> str:
    return str(path.relative_to(DISPLAY))


def _code(text: str) -> str:
    """Return the script without comments and without the contents of strings and regexes."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"(?m)(^|\s)//.*$", " ", text)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"/(?:\\.|\[[^\]]*\]|[^/\\\n\s])+/[gimuy]*(?=[;,.)])", "RE", text)


SCRIPTS = _own(".js")
PUBLIC_SHEETS = [path for path in _own(".css") if _is_public(path)]
TEMPLATES = _own(".html")

# What parses as ES2017, and Chrome 61 does not have.
TOO_NEW_JS = {
    "class (fields are ES2022; we write functions)": r"\bclass\s+\w+",
    "dynamic import (Chrome 63)": r"\bimport\s*\(",
    "import.meta (Chrome 64)": r"\bimport\.meta\b",
    "replaceChildren (Chrome 86)": r"\breplaceChildren\b",
    "randomUUID (secure contexts only)": r"\brandomUUID\b",
    "flat and flatMap (Chrome 69)": r"\.flat(Map)?\(",
    "fromEntries (Chrome 73)": r"\bfromEntries\b",
    "matchAll and replaceAll (Chrome 73, 85)": r"\.(matchAll|replaceAll)\(",
    "at (Chrome 92)": r"\.at\(-",
    "finally of a promise (Chrome 63)": r"\.finally\(",
    "AbortController (Chrome 66)": r"\bAbortController\b",
    "allSettled (Chrome 76)": r"\ballSettled\b",
    "toggleAttribute (Chrome 69)": r"\btoggleAttribute\b",
    "queueMicrotask (Chrome 71)": r"\bqueueMicrotask\b",
    "globalThis (Chrome 71)": r"\bglobalThis\b",
}
STAFF_ONLY_JS = {
    "ResizeObserver (Chrome 64)": r"\bResizeObserver\b",
    "showModal (kept to staff pages)": r"\bshowModal\b",
}
UNSAFE_JS = {
    "markup from strings": r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b",
    "code from strings": r"\b(eval|Function)\s*\(",
    "service worker (no secure context)": r"\bserviceWorker\b",
    "another host": r"https?://(?!www\.w3\.org/2000/svg)",
}
TOO_NEW_CSS = {
    "@layer": r"@layer\b",
    "@container": r"@container\b",
    "@supports": r"@supports\b",
    ":has": r":has\(",
    ":is or :where": r":(is|where)\(",
    "oklch, oklab, color-mix": r"\b(oklch|oklab|color-mix)\(",
    "dvh, svh, lvh": r"\d(dvh|svh|lvh)\b",
    "gap (grid-gap is Chrome 57)": r"(?<![-\w])(gap|row-gap|column-gap)\s*:",
    "aspect-ratio": r"\baspect-ratio\b",
    "inset": r"(?<![-\w])inset\s*:",
    "min(), max(), clamp()": r"(?<![-\w])(min|max|clamp)\(",
    "overflow-wrap: anywhere": r"anywhere",
    "logical properties": r"\b(margin|padding|border)-(inline|block)\b",
}


@pytest.mark.parametrize("path", SCRIPTS, ids=_ids)
def test_scripts_stay_on_the_floor_of_public_screens(path: Path) -> None:
    code = _code(path.read_text(encoding="utf-8"))
    rules = {**TOO_NEW_JS, **(STAFF_ONLY_JS if _is_public(path) else {})}
    assert [name for name, rule in rules.items() if re.search(rule, code, re.MULTILINE)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=_ids)
def test_scripts_never_make_markup_or_code_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name, rule in UNSAFE_JS.items() if re.search(rule, text)] == []


def _parse(text: str) -> None:
    """Raise ValueError for a script, with or without imports, that is newer than ES2017."""

    def look(node: Any, _where: Any) -> Any:
        # The one thing of ES2018 that the parser of ES2017 takes.
        if node.type in ("ObjectExpression", "ObjectPattern") and any(
            part.type in ("SpreadElement", "RestElement") for part in node.properties
        ):
            raise ValueError("object spread or rest (ES2018)")
        return node

    try:
        esprima.parseModule(text, delegate=look)
    except esprima.Error as exc:
        raise ValueError(str(exc)) from exc


@pytest.mark.parametrize("path", [*SCRIPTS, *VENDOR.rglob("*.js")], ids=_ids)
def test_scripts_parse_as_es2017(path: Path) -> None:
    _parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "code",
    [
        *("a?.b", "a ?? b", "a ||= b", "x = { a, ...b }", "const { a, ...b } = c", "1_000", "10n"),
        *("try {} catch {}", "class A { x = 1 }", "async function f() { for await (x of y) {} }"),
    ],
)
def test_what_is_newer_than_es2017_does_not_parse(code: str) -> None:
    with pytest.raises(ValueError, match=r"Line 1|ES2018"):
        _parse(code)


def test_the_rules_see_what_they_forbid() -> None:
    bad = {"dynamic import (Chrome 63)": "import('x')", "flat and flatMap (Chrome 69)": "a.flat()"}
    assert all(re.search(TOO_NEW_JS[name], _code(code), re.MULTILINE) for name, code in bad.items())


@pytest.mark.parametrize("path", SCRIPTS, ids=_ids)
def test_imports_name_files_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r'^import .*? from "([^"]+)";', text, re.MULTILINE | re.DOTALL)
    assert [one for one in targets if not (path.parent / one).is_file()] == []
    assert [one for one in targets if not one.startswith(".")] == []


@pytest.mark.parametrize("path", PUBLIC_SHEETS, ids=_ids)
def test_public_sheets_stay_on_the_floor(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [name for name, rule in TOO_NEW_CSS.items() if re.search(rule, text)] == []


@pytest.mark.parametrize("path", PUBLIC_SHEETS, ids=_ids)
def test_public_sheets_do_not_nest(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    inside: list[str] = []
    for head, brace in re.findall(r"([^{};]*)([{};])", text):
        if brace == "{":
            assert not inside or inside[-1].startswith("@"), f"nested: {head.strip()}"
            inside.append(head.strip())
        elif brace == "}":
            inside.pop()
    assert inside == []


@pytest.mark.parametrize("path", _own(".css"), ids=_ids)
def test_sheets_take_colours_of_words_from_the_token_sheet_only(path: Path) -> None:
    if path.name == "tokens.css":
        return
    text = path.read_text(encoding="utf-8")
    allowed = {"#fff", "#fff8ea"}
    if path.parts[-3] == "lab":
        return  # buttons and a printer have the colours of the things that they are
    found = set(re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{3,8})", text))
    assert found - allowed == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert 'type="application/json"' in attributes or (
            "src=" in attributes and not body.strip()
        )
    assert "|safe" not in text


@pytest.mark.parametrize("path", [*TEMPLATES, *_own(".css")], ids=_ids)
def test_nothing_comes_from_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text) == []


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=_ids)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    sprite = next(VENDOR.glob("lucide-static-*/sprite.svg")).read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r"""\bicon\(\s*['"]([a-z-]+)['"]""", text))
    assert used - known == set()


def test_every_page_says_so_to_a_browser_without_modules() -> None:
    base = (DISPLAY / "templates" / "base.html").read_text(encoding="utf-8")
    assert re.search(r"<script nomodule src=\"[^\"]*too-old\.js", base.replace("'", ""))
    old = (DISPLAY / "static" / "js" / "too-old.js").read_text(encoding="utf-8")
    assert not re.search(r"\b(const|let|import|export)\b|=>|`", _code(old))


def test_vendored_files_are_what_the_list_says() -> None:
    listed = {}
    for line in (VENDOR / "SOURCES.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        path, name, version, package, digest = line.split()
        assert path.startswith(f"{name}-{version}/")
        assert package.startswith("npm:")
        assert package.endswith(f"@{version}")
        listed[path] = digest
    on_disk = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "SOURCES.txt"
    }
    assert on_disk == listed


def test_every_vendored_folder_has_its_licence() -> None:
    for folder in VENDOR.iterdir():
        if folder.is_dir():
            assert (folder / "LICENSE").stat().st_size > 200
