"""Flushes and bytes per printed ticket: what wears an SD card out.

strace sees every fsync and fdatasync with the file it is for. Bytes are the kernel's
`write_bytes` of each process: pages that it made dirty, whether they have reached the disk or not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench.figures import Row, median
from tools.bench.floors import bare_database, commits_ms
from tools.bench.plan import Plan
from tools.bench.press import PRINTER_SPEED, Fingers
from tools.bench.processes import command_of, written_bytes
from tools.office.program import Program
from tools.office.programs import Office, running, wait_for
from tools.office.web import Person

GROUP = "wear"
_BARE = "sqlite3 commit"
AGENT_FLUSHES, SERVER_FLUSHES = 3.0, 2.0
NO_STRACE = "strace not installed"
_CALL = re.compile(r"\b(?:fsync|fdatasync)\(\d+<([^>]*)>")


@dataclass
class Watched:
    """A program under strace; `per_ticket` gets the flushes of each ticket's time."""

    program: Program
    log: Path
    seen: int = 0
    per_ticket: list[int] = field(default_factory=list)
    files: Counter[str] = field(default_factory=Counter)

    def start(self, tracer: str | None) -> None:
        """Start the program, traced if there is a tracer."""
        trace = [*(tracer or "", "-f", "-y", "-qq", "--seccomp-bpf", "-e", "signal=none")]
        calls = ["-e", "trace=fsync,fdatasync", "-o", str(self.log), "--"]
        self.program.start([*trace, *calls] if tracer else [])

    def look(self) -> list[str]:
        """Return the names of the files that were flushed since the last look."""
        found = flushed_files(self.log.read_text(encoding="utf-8", errors="replace"))
        fresh = found[self.seen :]
        self.seen = len(found)
        return fresh

    def note(self) -> None:
        """Count what was flushed since the last look as one ticket's."""
        fresh = self.look()
        self.per_ticket.append(len(fresh))
        self.files.update(fresh)

    def pids(self) -> list[int]:
        """Return the program's own processes, without the tracer."""
        return [
            pid for pid in self.program.pids() if "strace" not in command_of(pid).split("/")[-1]
        ]


def flushed_files(log: str) -> list[str]:
    """Return the name of the file of each flush in a log of strace -y."""
    return [Path(path).name for path in _CALL.findall(log)]


def measure(plan: Plan) -> list[Row]:
    """Return flushes and bytes per ticket that was pressed, issued and printed."""
    tracer = shutil.which("strace")
    if tracer is not None and not _can_trace(tracer):
        tracer = None
    office = Office(plan.room("wear"), speed=PRINTER_SPEED)
    server = Watched(office.server, office.folder / "server.strace")
    agent = Watched(office.agent, office.folder / "agent.strace")

    def start() -> None:
        office.prepare()
        office.printer.start()
        server.start(tracer)
        agent.start(tracer)
        office.wait_printer("ok")

    count = plan.some(25, 5)
    with running(office, start):
        clerk, fingers = office.person(), Fingers(office)
        _print_one(office, clerk, fingers)
        before = [written_bytes(one.pids()) for one in (server, agent)]
        for one in (server, agent):
            if tracer:
                one.look()
        for _ in range(count):
            _print_one(office, clerk, fingers)
            for one in (server, agent):
                if tracer:
                    one.note()
        after = [written_bytes(one.pids()) for one in (server, agent)]
    bytes_of = [(b - a) / count / 1000 for a, b in zip(before, after, strict=True)]
    bare_kb = _bare_kb(office.folder / "bare.sqlite")
    return [
        *_flush_rows("agent", agent, AGENT_FLUSHES, tracer),
        *_flush_rows("server", server, SERVER_FLUSHES, tracer),
        Row(GROUP, "agent, bytes per printed ticket", bytes_of[1], "kB", bare_kb, _BARE),
        Row(GROUP, "server, bytes per printed ticket", bytes_of[0], "kB", bare_kb, _BARE),
    ]


def _print_one(office: Office, clerk: Person, fingers: Fingers) -> None:
    """Press, and wait until both programs have stored the slip's end."""
    known = _last_ticket(clerk)
    before = office.printed()
    pin, _ = fingers.push()
    ticket = wait_for(lambda: (last := _last_ticket(clerk)) != known and last, "a new ticket")
    fingers.let_go(pin)
    office.wait_printed(before + 1)
    about = f"/api/v1/tickets/{ticket}"
    wait_for(lambda: clerk.get(about).body["paper"] == "printed", "the server knows of the slip")
    time.sleep(0.2)


def _last_ticket(clerk: Person) -> int:
    waiting = clerk.get("/api/v1/queue").body["waiting"]
    return max((int(ticket["id"]) for ticket in waiting), default=0)


def _flush_rows(name: str, watched: Watched, budget: float, tracer: str | None) -> list[Row]:
    what = f"{name}, flushes per printed ticket"
    if not tracer:
        return [Row(GROUP, what, None, "", note=NO_STRACE)]
    counts = watched.per_ticket
    files = ", ".join(f"{name} {count}" for name, count in watched.files.most_common())
    return [
        Row(GROUP, f"{what}, median", median(counts), "", budget=budget, note=files),
        Row(GROUP, f"{what}, mean of {len(counts)}", sum(counts) / len(counts), "", note=files),
    ]


def _bare_kb(path: Path) -> float:
    count = 50
    with bare_database(path) as db:
        commits_ms(db, 2)
        before = written_bytes([os.getpid()])
        commits_ms(db, count)
        return (written_bytes([os.getpid()]) - before) / count / 1000


def _can_trace(tracer: str) -> bool:
    """Return whether strace works here: a container may forbid it."""
    return subprocess.run([tracer, "-qq", "true"], capture_output=True, check=False).returncode == 0
