"""``moiso verify DATABASE``: the proof, printed."""

from __future__ import annotations

from pathlib import Path

import typer

from appliance.errors import Invalid
from appliance.storage.audit import audit

EXIT_SOUND = 0
EXIT_PROBLEMS = 1
EXIT_UNREADABLE = 2


def print_report(path: Path) -> int:
    """Print counts and problems; return 0 if all holds, 1 if not, 2 if it cannot be read."""
    if not path.is_file():
        typer.echo(f"moiso verify: no such file: {path}", err=True)
        return EXIT_UNREADABLE
    try:
        found = audit(path)
    except Invalid as exc:
        reason = exc.fields["reason"]
        typer.echo(f"moiso verify: not an office database: {reason}", err=True)
        return EXIT_UNREADABLE
    for name, count in found.counts.items():
        typer.echo(f"{name:<22} {count}")
    for problem in found.problems:
        # Damaged text may hold what no terminal can show.
        shown = problem.encode(errors="backslashreplace").decode()
        typer.echo(f"PROBLEM {shown}", err=True)
    typer.echo("sound" if not found.problems else f"{len(found.problems)} problems")
    return EXIT_PROBLEMS if found.problems else EXIT_SOUND
