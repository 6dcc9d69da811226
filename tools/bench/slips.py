"""Paper alone, without server and agent: what a slip costs, and how fast slips go through."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.addresses import free_port
from printer.benchmarks import Throughput, measure_drawing, measure_throughput
from printer.slip import Slip
from tools.bench.figures import Row, median
from tools.bench.floors import bare_database, commits_ms
from tools.bench.plan import Plan
from tools.office.program import Program
from tools.office.programs import wait_for
from tools.office.web import ask
from tools.shots.slips import WIDTHS, longest_slip

GROUP = "slip"


def measure(plan: Plan) -> list[Row]:
    """Return the cost of drawing the longest slip, and the rate of slips at an endless printer."""
    slip = longest_slip()
    rows = [row for width in WIDTHS for row in _drawing(slip, width, plan)]
    slips = plan.some(100, 10)
    runs = [_throughput(slip, slips, plan.room(f"slips{turn}")) for turn in range(plan.some(5, 1))]
    if any(run.printed != slips for run in runs):
        raise RuntimeError(f"not every slip was printed: {runs}")
    flushes = median(run.flushes / slips for run in runs)
    with bare_database(plan.room("slips-bare") / "bare.sqlite") as bare:
        commit_ms = median(commits_ms(bare, plan.some(200, 50)))
    return [
        *rows,
        Row(
            GROUP,
            f"{slips} slips, printer of endless speed, rate",
            median(slips / run.total_s for run in runs),
            "/s",
            1000 / (flushes * commit_ms),
            f"sqlite3 commits, {flushes:.0f} a slip",
        ),
        Row(GROUP, "flushes of the ledger per slip", flushes, ""),
    ]


def _drawing(slip: Slip, width: int, plan: Plan) -> list[Row]:
    cost = measure_drawing(slip, width, rounds=plan.some(50, 5))
    return [
        Row(GROUP, f"draw and encode, {width} dots, median", cost.median_ms, "ms"),
        Row(GROUP, f"bytes to the printer, {width} dots", cost.slip_bytes / 1000, "kB"),
    ]


def _throughput(slip: Slip, slips: int, folder: Path) -> Throughput:
    port, http_port = free_port(), free_port()
    argv = [
        *(sys.executable, "-m", "printer", "simulate", "--speed", "inf"),
        *("--port", str(port), "--http-port", str(http_port), "--dir", str(folder / "paper")),
    ]
    printer = Program("printer", argv, dict(os.environ))
    printer.start()
    try:
        wait_for(lambda: _is_up(http_port), "the simulated printer is up")
        return measure_throughput(slip, "127.0.0.1", port, folder, slips)
    finally:
        printer.kill()


def _is_up(http_port: int) -> bool:
    try:
        return ask(http_port, "GET", "/state").status == 200
    except OSError:
        return False
