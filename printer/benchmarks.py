"""Measures for the bench: what a slip costs to draw, and how fast slips go through a spooler."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from printer.build import draw_slip, open_printer
from printer.ledger import Ledger
from printer.slip import Slip
from printer.spooler import PrintJob, Spooler


@dataclass(frozen=True, slots=True)
class DrawCost:
    """Drawing and encoding of one slip."""

    median_ms: float
    slip_bytes: int
    length_mm: float


@dataclass(frozen=True, slots=True)
class Throughput:
    """Slips through ledger, drawing, transport and confirmation."""

    slips: int
    printed: int
    total_s: float
    flushes: int


def measure_drawing(slip: Slip, width_dots: int = 576, rounds: int = 20) -> DrawCost:
    """Draw and encode a slip several times; the first, which loads the fonts, is left out."""
    job = draw_slip(slip, width_dots)
    took_ms = []
    for _ in range(rounds):
        began_s = time.perf_counter()
        draw_slip(slip, width_dots)
        took_ms.append(1000 * (time.perf_counter() - began_s))
    return DrawCost(median(took_ms), len(job.data), job.length_mm)


def measure_throughput(
    slip: Slip, host: str, port: int, folder: Path, slips: int = 100
) -> Throughput:
    """Print slips one behind the other; meant for a simulator that was started with --speed inf."""
    with Ledger(folder / "bench-ledger.sqlite3") as ledger:
        spooler = Spooler(open_printer(host=host, port=port), ledger)
        spooler.start()
        jobs = [str(at) for at in range(1, slips + 1)]
        began_s = time.perf_counter()
        for job in jobs:
            spooler.submit(PrintJob(job, slip, time.monotonic() + 600))
        while not all((row := ledger.known(job)) and row.final for job in jobs[-1:]):
            time.sleep(0.002)
        total_s = time.perf_counter() - began_s
        spooler.stop()
        ends = [row.state.value for job in jobs if (row := ledger.known(job)) is not None]
        return Throughput(slips, ends.count("printed"), total_s, ledger.durable_flushes)
