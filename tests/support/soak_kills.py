"""A program that prints, killed at random bytes; some kills find its printer standing, too."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from printer.ledger import Ledger
from tests.support.paper import Simulator
from tests.support.soak_judge import Verdict, judge, read_codes
from tests.support.wait import wait_for

_SPEED = "50"
_JOBS_PER_KILL = 6
# A printer that stands with a whole slip inside and says why, while its program is dead.
_ROOMY = ("--buffer-bytes", "65536")
_STANDS: tuple[dict[str, object], ...] = (
    {"paper": "out"},
    {"cover": "open"},
    {"overheat": True},
    {"offline": True},
)
_MENDED = {"paper": "ok", "cover": "closed", "overheat": False, "offline": False}


AGENT = """
import sys, time
from printer.build import open_printer
from printer.ledger import Ledger
from printer.spooler import PrintJob, Spooler
from tests.support.paper import make_slip
from tests.support.wait import wait_for
ledger = Ledger(sys.argv[1])
spooler = Spooler(open_printer("tcp", host="127.0.0.1", port=int(sys.argv[2])), ledger)
spooler.start()
for job_id in sys.argv[3:]:
    spooler.submit(PrintJob(job_id, make_slip(job_id), time.monotonic() + 60))
def over():
    assert spooler.alive, spooler.error
    return all((row := ledger.known(job_id)) and row.final for job_id in sys.argv[3:])
wait_for(over, "every job has its end", 110)
spooler.stop()
ledger.close()
"""


def kill_again_and_again(folder: Path, kills: int, seed: int) -> Verdict:
    """Kill one printer's program so often, each time at a random byte, and judge what came out."""
    dice, verdict = random.Random(seed), Verdict()
    # Every other printer has room for whole slips, and also stands when its program is killed.
    roomy = seed % 2 == 1
    options = ("--speed", _SPEED, *(_ROOMY if roomy else ()))
    simulator = Simulator(folder / "kills", *options).await_ready()
    path = folder / "kills.sqlite3"
    jobs: list[str] = []
    mends: list[tuple[str, float]] = []
    stands = False
    try:
        for kill in range(kills):
            jobs += [str(len(jobs) + at) for at in range(1, _JOBS_PER_KILL + 1)]
            with Ledger(path) as ledger:
                holds = ledger.leftover_possible()
            clears = simulator.state()["clears"]
            program = _start(path, simulator.port, jobs[-3 * _JOBS_PER_KILL :])
            if stands:
                if holds:
                    _await_forgotten(simulator, program, clears)
                simulator.fault(**_MENDED)
                mends.append((_stamp(), time.monotonic()))
            _await_bytes(simulator, program, dice.randrange(13, 90_000))
            stands = roomy and dice.random() < 0.5
            if stands:
                simulator.fault(**dice.choice(_STANDS))
            program.kill()
            program.wait(30)
            verdict.faults += stands
            verdict.kills = kill + 1
        simulator.fault(**_MENDED)
        # What was never sent is offered again, as the server does; then everything has an end.
        if _start(path, simulator.port, jobs).wait(120):
            verdict.wrong.append("the last run failed")
        with Ledger(path) as ledger:
            judge(verdict, simulator, ledger, dict.fromkeys(jobs, float("inf")), mends)
        read_codes(verdict, simulator)
        if verdict.ends["unknown"] > kills:
            verdict.wrong.append(f"{verdict.ends['unknown']} unknown after {kills} kills")
    finally:
        simulator.close()
    return verdict


def _await_bytes(simulator: Simulator, program: subprocess.Popen[bytes], count: int) -> None:
    """Wait until the printer has so many bytes more, or the program has no more to print."""
    mark = simulator.state()["received_bytes"] + count
    wait_for(
        lambda: simulator.state()["received_bytes"] >= mark or program.poll() is not None,
        f"{count} more bytes",
        pause_s=0.002,
    )


def _await_forgotten(simulator: Simulator, program: subprocess.Popen[bytes], before: int) -> None:
    """Wait until the next program has rid the printer of what it holds, though it stands."""

    def forgotten() -> bool:
        assert program.poll() is None
        return simulator.state()["clears"] > before

    wait_for(forgotten, "the printer that stands forgets what it holds")


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _start(path: Path, port: int, jobs: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", AGENT, str(path), str(port), *jobs])
