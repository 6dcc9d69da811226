"""Rules that no linter knows: length, leftovers, machine paths, and what the domain may touch."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

LONG_LINES = 300
REASON = "Longer than 300 lines because"
# Built from parts, so that this file does not find itself.
LEFTOVERS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATHS = re.compile("/(?:" + "|".join(("ho" + "me/[a-z]", "ro" + "ot/", "wo" + "rk/")) + ")")
TEXT = {".py", ".sh", ".toml", ".md", ".html", ".js", ".css", ".service", ".conf", ".po", ""}
# What would make the rules depend on more than their arguments.
IMPURE = {"io", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess"}


def text_files(root: Path) -> list[Path]:
    found = [root / "Makefile", root / ".ci" / "run", root / "README.md", root / "pyproject.toml"]
    for folder in ("appliance", "display", "printer", "tools", "tests", "systemd", "docs"):
        found += [
            file
            for file in (root / folder).rglob("*")
            if file.is_file() and file.suffix in TEXT and "vendor" not in file.parts
        ]
    return [file for file in found if file.exists()]


def lines_matching(pattern: re.Pattern[str], root: Path) -> list[str]:
    return [
        f"{file.relative_to(root)}:{number}: {line.strip()}"
        for file in text_files(root)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_long_python_files_give_their_reason(python_files: list[Path]) -> None:
    unexplained = []
    for file in python_files:
        text = file.read_text(encoding="utf-8")
        if text.count("\n") > LONG_LINES:
            docstring = ast.get_docstring(ast.parse(text)) or ""
            if REASON not in " ".join(docstring.split()):
                unexplained.append(str(file))
    assert unexplained == []


def test_nothing_is_left_for_later(root: Path) -> None:
    assert lines_matching(LEFTOVERS, root) == []


def test_no_path_of_one_machine(root: Path) -> None:
    assert lines_matching(MACHINE_PATHS, root) == []


def test_domain_imports_itself_and_the_pure_standard_library(root: Path) -> None:
    allowed = set(sys.stdlib_module_names) - IMPURE
    wrong = []
    for file in sorted((root / "appliance" / "domain").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            wrong += [
                f"{file.name}: {name}"
                for name in names
                if name.split(".")[0] not in allowed and not name.startswith("appliance.domain")
            ]
    assert wrong == []


def test_domain_reads_no_clock_and_no_file(root: Path) -> None:
    reads = re.compile(r"\bdatetime\.now\(|\bdate\.today\(|\btime\.(time|monotonic)|\bopen\(")
    for file in sorted((root / "appliance" / "domain").rglob("*.py")):
        assert not reads.search(file.read_text(encoding="utf-8")), file.name


def test_bundled_fonts_have_their_licence(root: Path) -> None:
    fonts = [
        file
        for folder in ("appliance", "display", "printer")
        for file in (root / folder).rglob("*")
        if file.suffix in {".ttf", ".otf", ".woff", ".woff2"}
    ]
    assert fonts
    for font in fonts:
        licences = [*font.parent.glob("OFL*"), *font.parent.glob("LICEN[CS]E*")]
        assert licences, f"{font.relative_to(root)} has no licence beside it"


def test_the_product_is_under_the_apache_licence(root: Path) -> None:
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
