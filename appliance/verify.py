"""``moiso verify DATABASE``: the proof, printed."""

from __future__ import annotations

from pathlib import Path

import typer

from appliance.bootstrap.files import DataFolder
from appliance.errors import Invalid, NotFound
from appliance.storage.audit import audit
from appliance.storage.audit_rows import Audit
from display.texts import say, sentence

EXIT_SOUND = 0
EXIT_PROBLEMS = 1
EXIT_UNREADABLE = 2


def print_report(path: Path, lang: str) -> int:
    """Print counts and problems; return 0 if all holds, 1 if not, 2 if it cannot be read.

    A data folder stands for the database in it.
    """
    if path.is_dir():
        path = DataFolder(path).database
    try:
        found = _audited(path)
    except (Invalid, NotFound) as exc:
        typer.echo(f"moiso verify: {sentence(exc.key, exc.fields, lang)}", err=True)
        return EXIT_UNREADABLE
    for name, count in found.counts.items():
        typer.echo(f"{name:<22} {count}")
    for problem in found.problems:
        # Damaged text may hold what no terminal can show.
        shown = problem.encode(errors="backslashreplace").decode()
        typer.echo(f"PROBLEM {shown}", err=True)
    if found.problems:
        typer.echo(say("verify.problems", lang, n=len(found.problems)))
        return EXIT_PROBLEMS
    typer.echo(say("verify.sound", lang))
    return EXIT_SOUND


def _audited(path: Path) -> Audit:
    if not path.is_file():
        raise NotFound("no_database", path=str(path))
    return audit(path)
