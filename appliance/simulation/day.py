"""``moiso simulate-day``: starts a sample office, lets a day pass through it, tells the outcome."""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from appliance.addresses import free_port
from appliance.bootstrap.files import DataFolder
from appliance.clock import DemoClock
from appliance.config import load, sample_path
from appliance.demo_office import DemoOffice
from appliance.errors import Invalid
from appliance.guardian import Guardian
from appliance.simulation.evidence import Outcome
from appliance.simulation.playing import Day, Playing, opening_hours
from appliance.simulation.rating_evidence import COUNTED
from display.texts import say

_LOOK_S = 0.1


def simulate(day: Day, console: Console) -> Outcome:
    """Play the day in a folder of its own and return what the witnesses say of it.

    Raises Invalid("bad_field") for numbers that no office has.
    """
    most = len(load(sample_path(), {}).counters)
    if not 1 <= day.counters <= most:
        raise Invalid("bad_field", field="counters", problem=f"1 to {most}")
    with tempfile.TemporaryDirectory(prefix="moiso-day-") as folder:
        office = _office(DataFolder(Path(folder)), day)
        office.prepare()
        keeper = Guardian(office.children())
        keeper.start()
        over = threading.Event()
        watch = threading.Thread(target=_keep, args=(keeper, over), name="guardian")
        watch.start()
        clean = False
        try:
            office.wait_until_served()
            outcome = Playing(office, keeper, day, console).play()
            clean = outcome.clean
            return outcome
        finally:
            over.set()
            watch.join()
            keeper.stop()
            if not clean:
                console.print(office.last_lines(), markup=False, highlight=False, soft_wrap=True)


def _keep(keeper: Guardian, over: threading.Event) -> None:
    """Restart what dies, as `moiso run` does, until the day is over."""
    while not over.wait(_LOOK_S):
        keeper.look_after()


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print the table and what is wrong."""
    table = Table(show_header=False)
    excluded = outcome.ratings.by_verdict - Counter({COUNTED: outcome.ratings.by_verdict[COUNTED]})
    for key, value in (
        ("issued", outcome.issued),
        ("printed", outcome.printed),
        ("on_screen", outcome.on_screen),
        ("called", outcome.called),
        ("served", outcome.served),
        ("absent", outcome.absent),
        ("wait_p50", f"{outcome.wait_p50_s / 60:.1f} min"),
        ("wait_p90", f"{outcome.wait_p90_s / 60:.1f} min"),
        ("rated", outcome.ratings.by_verdict[COUNTED]),
        *((f"excluded_{code}", number) for code, number in sorted(excluded.items())),
        ("lost", outcome.lost),
        ("doubled", outcome.doubled),
        ("late", outcome.late),
    ):
        table.add_row(say(f"simulated.{key}", "en"), str(value), say(f"simulated.{key}", "vi"))
    console.print(table)
    for problem in outcome.problems:
        console.print(f"PROBLEM {problem}", markup=False, soft_wrap=True)


def _office(data: DataFolder, day: Day) -> DemoOffice:
    opening, _closing = opening_hours()
    clock = DemoClock(opening, day.speed, datetime.now(UTC))
    # At this pace one kiosk gives more numbers than any real one; the limit is not the point.
    environ = {**os.environ, "MOISO_LIMITS__TICKETS_PER_DEVICE": "100000 per 1 second"}
    return DemoOffice(data, free_port(), clock, environ, printer_speed=50)
