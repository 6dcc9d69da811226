"""The memory card is full: the agent stays, its printer says why, other printers take over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_kit import TOKEN, StubServer, issue_button, make_config
from agent_process import AgentProcess
from print_bench import PrintBench, job

from tests.support.small_disk import SmallDisk
from tests.support.wait import wait_for


@pytest.fixture
def disk(data: Path) -> Iterator[SmallDisk]:
    small = SmallDisk(data / "small")
    (small.folder / "agent.token").write_text(TOKEN + "\n", encoding="ascii")
    yield small
    small.remove()


def offer(server: StubServer, job_id: int) -> None:
    known = job(job_id).model_dump(exclude={"kind", "n"})
    server.offer(**known | {"has_fallback": True})


def test_an_agent_with_a_full_disk_lives_says_so_and_prints_again_by_itself(
    server: StubServer, disk: SmallDisk, simulated_printer: tuple[int, int], lab: Callable[..., Any]
) -> None:
    config = make_config(server.url, [issue_button(17, 27)], printer_port=simulated_printer[0])
    agent = AgentProcess(config, disk.folder)
    try:

        def ends() -> list[tuple[int, str, str]]:
            return [(row["job_id"], row["state"], row["reason"]) for row in server.rows("print")]

        def printer_says() -> list[tuple[str, list[str]]]:
            rows = [row for row in server.rows("device") if row["device_kind"] == "printer"]
            return [(row["state"], row["causes"]) for row in rows]

        offer(server, 1)
        wait_for(lambda: ends() == [(1, "printed", "echo")], "the slip before")
        disk.fill()
        offer(server, 2)
        wait_for(lambda: (2, "failed", "ledger_unwritable") in ends(), "its end, in time")
        wait_for(lambda: ("failed", ["ledger_unwritable"]) in printer_says(), "the state")
        assert agent.panel.do("state")["link"] == "connected", "buttons are still looked at"
        disk.make_room()
        wait_for(lambda: printer_says()[-1] == ("ok", []), "the printer is well again")
        offer(server, 3)
        wait_for(lambda: (3, "printed", "echo") in ends(), "the slip after")
        assert lab("/state")["printed"] == 2
        assert agent.stop() == 0
    finally:
        agent.kill()


def test_a_slip_that_is_no_slip_and_one_out_of_use_need_no_disk(print_bench: PrintBench) -> None:
    from appliance.protocol.agent import SupersedeMessage

    print_bench.printing.take(job(1))
    wait_for(lambda: print_bench.states() == {1: "printed"}, "the slip")
    print_bench.ledger._db.execute("PRAGMA query_only = ON")
    print_bench.printing.take(job(2, number=""))
    assert print_bench.states() == {1: "printed", 2: "failed"}
    print_bench.printing.supersede(SupersedeMessage(n=9, job_id=1, printer="p1"))
    wait_for(
        lambda: print_bench.devices.states("printer") == {"p1": ("failed", ("ledger_unwritable",))}
    )
    print_bench.ledger._db.execute("PRAGMA query_only = OFF")
    wait_for(lambda: print_bench.devices.states("printer") == {"p1": ("ok", ())})
    assert print_bench.states() == {2: "failed"}
