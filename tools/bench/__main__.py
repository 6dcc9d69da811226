"""`python -m tools.bench`: measure, print one table, tell whether a budget is broken."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from tools.bench import board, flushes, issuing, memory, press, slips, startup
from tools.bench.figures import Row, surroundings, table, write_json
from tools.bench.plan import Plan, Section
from tools.office.program import ROOT

SECTIONS: dict[str, Section] = {
    "ticket": issuing.measure,
    "press": press.measure,
    "slip": slips.measure,
    "board": board.measure,
    "memory": memory.measure,
    "startup": startup.measure,
    "flushes": flushes.measure,
}
EXIT_BUDGET_BROKEN = 1


def main(
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run: few repeats.")] = False,
    only: Annotated[
        str, typer.Option(help="Sections to measure: " + ",".join(SECTIONS) + ".")
    ] = ",".join(SECTIONS),
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
    folder: Annotated[
        Path, typer.Option("--dir", help="Where the data lie meanwhile: on the disk that counts.")
    ] = ROOT / "build",
) -> None:
    """Measure the real programs; each figure with its bare limit from the same run beside it.

    Exit code 1 means that a budget of memory or flushes is broken; times have none.
    """
    # A plain end by SIGTERM would leave the programs behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    wanted = only.split(",")
    if unknown := [name for name in wanted if name not in SECTIONS]:
        raise typer.BadParameter(f"no section {unknown[0]!r}", param_hint="--only")
    folder.mkdir(parents=True, exist_ok=True)
    about = surroundings(folder, quick=quick)
    work = Path(tempfile.mkdtemp(prefix="b", dir=folder))
    try:
        rows = _measure(wanted, Plan(work, quick))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    about["load_after"] = round(os.getloadavg()[0], 2)
    typer.echo("\n" + table(rows) + "\n")
    typer.echo(", ".join(f"{name} {value}" for name, value in about.items()))
    if about["file_system"] == "tmpfs":
        typer.echo("the data lay on tmpfs: flushes cost nothing there, choose --dir", err=True)
    if json is not None:
        write_json(json, rows, about)
    if broken := [row for row in rows if row.over]:
        for row in broken:
            typer.echo(f"budget broken: {row.group}: {row.what}", err=True)
        raise typer.Exit(EXIT_BUDGET_BROKEN)


def _measure(wanted: list[str], plan: Plan) -> list[Row]:
    rows: list[Row] = []
    for name in wanted:
        begun_s = time.monotonic()
        rows += SECTIONS[name](plan)
        typer.echo(f"{name}: {time.monotonic() - begun_s:.0f} s", err=True)
    return rows


if __name__ == "__main__":
    typer.run(main)
