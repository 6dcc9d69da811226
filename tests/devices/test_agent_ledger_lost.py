"""A ledger that a dying memory card made unreadable: the agent goes on, nothing prints twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_kit import StubServer, make_config
from agent_process import AgentProcess
from print_bench import Later, PrintBench, job

from tests.support.wait import wait_for


def no_database(path: Path) -> None:
    path.write_bytes(b"nothing that SQLite could read " * 400)


def dead_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)


def cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(4096 + 100)


@pytest.mark.parametrize("damage", [no_database, dead_page, cut_short])
def test_after_the_loss_of_the_ledger_no_slip_is_printed_twice(
    tmp_path: Path, print_bench: PrintBench, lab: Callable[..., Any], damage: Callable[[Path], None]
) -> None:
    print_bench.printing.take(job(1))
    wait_for(lambda: print_bench.states() == {1: "printed"})
    print_bench.stop()  # before the server heard of it: it will offer the job again
    path = tmp_path / "ledger-p1.sqlite"
    damage(path)
    damaged = path.read_bytes()

    print_bench.start()
    assert (tmp_path / "ledger-p1.sqlite.unreadable-1").read_bytes() == damaged
    print_bench.printing.take(job(1, left_ms=9_000))
    print_bench.printing.take(job(2, left_ms=0))
    told = [(row.job_id, row.state, row.reason) for row in print_bench.rows()]
    assert told == [(1, "unknown", "ledger_lost"), (2, "unknown", "ledger_lost")]
    wait_for(
        lambda: print_bench.devices.states("printer") == {"p1": ("degraded", ("ledger_lost",))}
    )
    print_bench.stop()

    print_bench.start(Later(10))  # the ledger is sound now, and remembers that it is not the first
    print_bench.printing.take(job(3, left_ms=2_000))
    assert print_bench.states()[3] == "unknown"
    print_bench.printing.take(job(4))
    wait_for(lambda: print_bench.states().get(4) == "printed")
    assert lab("/state")["printed"] == 2, "the slips of 1 and 4"
    print_bench.stop()

    print_bench.start(Later(25 * 3600))
    wait_for(lambda: print_bench.devices.states("printer") == {"p1": ("ok", ())})


def test_a_clock_that_went_back_after_the_loss_keeps_nothing_from_being_printed(
    tmp_path: Path, print_bench: PrintBench
) -> None:
    print_bench.stop()
    no_database(tmp_path / "ledger-p1.sqlite")
    print_bench.start()
    print_bench.stop()
    print_bench.start(Later(-3 * 3600))
    print_bench.printing.take(job(1))
    wait_for(lambda: print_bench.states() == {1: "printed"})


def test_the_agent_starts_in_spite_of_it_and_tells(
    server: StubServer,
    start_agent: Callable[..., AgentProcess],
    data: Path,
    simulated_printer: tuple[int, int],
) -> None:
    no_database(data / "ledger-p1.sqlite")
    agent = start_agent(make_config(server.url, printer_port=simulated_printer[0]))
    assert agent.ready

    def told() -> list[list[str]]:
        rows = server.rows("device")
        return [row["causes"] for row in rows if row["device_kind"] == "printer"]

    wait_for(lambda: ["ledger_lost"] in told(), "the printer's state tells of the loss")
    assert agent.stop() == 0
