"""Slips with random faults, and kills of the program that prints: `python -m tests.support.soak`.

Some of the kills find the printer standing, with a slip inside, out of paper or too hot.
The judge is the simulated printer: it knows which slips came out whole, and when. A job that is
called printed must have come out once; one that failed or expired, never; one that is unknown, at
most once; and none after its deadline.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from printer.link import Deadlines
from tests.support.paper import Office, Simulator
from tests.support.soak_judge import Verdict, judge
from tests.support.soak_kills import kill_again_and_again
from tests.support.wait import wait_for

SPEED = "50"
PRINTERS = 4
QUICK = Deadlines(connect_s=2, reply_s=1.0, stall_s=2.0, confirm_s=2.0)
POLL_S = 0.1
DEADLINE_S = 6.0
# After its deadline a slip in the making may still be finished.
_FINISH_S = QUICK.stall_s + QUICK.confirm_s + 1.0

FAULTS: tuple[tuple[dict[str, object], dict[str, object]], ...] = (
    ({"paper": "out"}, {"paper": "ok"}),
    ({"paper": "near_end"}, {"paper": "ok"}),
    ({"paper_mm": 20}, {"paper": "ok"}),
    ({"cover": "open"}, {"cover": "closed"}),
    # Whoever has freed the knife switches the printer off and on: with a full buffer it cannot
    # hear the command that ends the error.
    ({"cutter": "jammed"}, {"cutter": "ok", "power": "cycle"}),
    ({"cutter": "jam_next"}, {"cutter": "ok", "power": "cycle"}),
    ({"broken": True}, {"broken": False}),
    ({"overheat": True}, {"overheat": False}),
    ({"offline": True}, {"offline": False}),
    ({"power": "off"}, {"power": "on"}),
    ({"power": "cycle"}, {"power": "on"}),
    ({"silent": True}, {"silent": False}),
    ({"swallow": True}, {"swallow": False}),
    ({"garbage": True}, {"garbage": False}),
    ({"babbles": True}, {"babbles": False}),
)


def soak_slips(folder: Path, slips: int, seed: int) -> Verdict:
    """Print slips at several printers at once while faults come and go."""
    return _share(_soak_slips, folder, slips, seed)


def soak_kills(folder: Path, kills: int, seed: int) -> Verdict:
    """Kill -9 programs that print at random bytes; each start is given all open jobs again."""
    return _share(kill_again_and_again, folder, kills, seed)


def _share(work: Callable[..., Verdict], folder: Path, count: int, seed: int) -> Verdict:
    shares = [count // PRINTERS + (at < count % PRINTERS) for at in range(PRINTERS)]
    whole = Verdict()
    with ThreadPoolExecutor(PRINTERS) as pool:
        running = [
            pool.submit(work, folder / f"{work.__name__}-{at}", share, seed + at)
            for at, share in enumerate(shares)
        ]
    for at, part in enumerate(future.result() for future in running):
        whole.ends += part.ends
        whole.faults += part.faults
        whole.kills += part.kills
        whole.wrong += [f"printer {at}: {wrong}" for wrong in part.wrong]
    return whole


def _soak_slips(folder: Path, slips: int, seed: int) -> Verdict:
    dice, verdict = random.Random(seed), Verdict()
    simulator = Simulator(folder / "slips", "--speed", SPEED).await_ready()
    office = Office(simulator.printer(QUICK), folder / "slips.sqlite3", POLL_S)
    latest: dict[str, float] = {}
    try:
        for number in range(1, slips + 1):
            job = str(number)
            fault = dice.choice(FAULTS) if dice.random() < 0.4 else None
            verdict.faults += fault is not None
            latest[job] = time.monotonic() + DEADLINE_S + _FINISH_S
            if fault is None:
                office.submit(job, DEADLINE_S)
                if office.end_of(job) != ("printed", "echo"):
                    verdict.wrong.append(f"{job}: no fault, but {office.end_of(job)}")
                continue
            _meet(dice, simulator, office, job, fault[0])
            office.end_of(job)
            simulator.fault(**fault[1], drop_at_byte=None)
            mended_s = time.monotonic()
            wait_for(lambda since_s=mended_s: _is_fine(office, since_s), f"{job}: {fault}", 30)
        judge(verdict, simulator, office.ledger, latest)
    finally:
        office.close()
        simulator.close()
    return verdict


def _is_fine(office: Office, since_s: float) -> bool:
    """Tell whether the printer was found to be fine after this moment."""
    seen = office.spooler.status
    return seen.printer.state == "ok" and seen.checked_mono_s > since_s + 2 * POLL_S


def _meet(
    dice: random.Random, simulator: Simulator, office: Office, job: str, fault: dict[str, object]
) -> None:
    """Let a fault happen before, in the middle of, or right behind a job."""
    moment = dice.randrange(4)
    if moment == 0:
        simulator.fault(**fault)
        office.submit(job, 0.4)
    elif moment == 1:
        simulator.fault(drop_at_byte=dice.randrange(1, 24_000))
        office.submit(job, DEADLINE_S)
    else:
        mark = simulator.state()["received_bytes"] + dice.randrange(1, 24_000)
        office.submit(job, DEADLINE_S)
        while simulator.state()["received_bytes"] < mark:
            row = office.ledger.known(job)
            if row is not None and row.final:
                break
        simulator.fault(**fault)


def main() -> int:
    """Run for as long as the numbers say, print the seed and what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slips", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, run, count in (
            ("slips", soak_slips, wanted.slips),
            ("kills", soak_kills, wanted.kills),
        ):
            began_s = time.monotonic()
            found = run(Path(folder), count, wanted.seed)
            took_s = time.monotonic() - began_s
            print(f"{name}: {count} in {took_s:.0f} s, {found.faults} faults, {dict(found.ends)}")
            print("\n".join(found.wrong) or "no wrong end", flush=True)
            good = good and not found.wrong
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
