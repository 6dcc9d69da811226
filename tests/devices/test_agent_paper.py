"""Paper left, as the agent counts it and tells the server; a new roll from the inbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent_kit import FakeClock, StubServer, make_config
from agent_process import AgentProcess
from print_bench import DONE, PrintBench, job

from appliance.devices.reports import DeviceReports
from appliance.protocol.agent import PaperBody, RollMessage
from printer.escpos import KNIFE_MM
from printer.ledger import Ledger
from tests.support.wait import wait_for

HERE = PaperBody(printed_mm=0, tickets_left=900)


def paper(bench: PrintBench) -> PaperBody | None:
    rows = [outgoing.row for outgoing in bench.devices.pending(100)]
    return next((row.paper for row in rows if row.device == "p1"), None)  # type: ignore[union-attr]


def told(bench: PrintBench) -> None:
    for outgoing in bench.devices.pending(100):
        outgoing.answered(DONE)


def roll(change_id: str = "change-0001") -> RollMessage:
    return RollMessage(n=9, printer="p1", change_id=change_id)


def test_every_slip_tells_how_much_paper_is_left(print_bench: PrintBench) -> None:
    full = wait_for(lambda: paper(print_bench), "the paper with the first state")
    assert (full.printed_mm, full.changed_at) == (0, None)
    print_bench.printing.take(job(1))
    used = wait_for(
        lambda: (p := paper(print_bench)) and p.printed_mm > KNIFE_MM and p,
        "the slip's millimetres",
    )
    # A new ledger has whatever the printer may hold cut off before the first slip.
    assert 60 < used.printed_mm - KNIFE_MM < 110
    # The length of a slip was a guess before the first one.
    assert used.tickets_left == (80_000 - used.printed_mm) // print_bench.ledger.paper.mean_mm
    print_bench.printing.take(job(2))
    wait_for(lambda: (p := paper(print_bench)) and p.tickets_left < used.tickets_left)


def test_a_new_roll_counts_from_zero_once_and_is_confirmed(print_bench: PrintBench) -> None:
    print_bench.printing.take(job(1))
    wait_for(lambda: print_bench.ledger.paper.slips, "the slip")
    print_bench.printing.change_roll(roll())
    fresh = wait_for(
        lambda: (p := paper(print_bench)) and p.change_id and p, "the change's confirmation"
    )
    assert (fresh.printed_mm, fresh.change_id) == (0, "change-0001")
    assert fresh.changed_at is not None
    print_bench.printing.take(job(2))
    wait_for(lambda: print_bench.ledger.paper.printed_mm, "the next slip")
    print_bench.printing.change_roll(roll())
    assert print_bench.ledger.paper.printed_mm > 0, "the same change, offered again"


def test_a_roll_for_a_printer_elsewhere_changes_nothing(print_bench: PrintBench) -> None:
    print_bench.printing.change_roll(RollMessage(n=1, printer="p9", change_id="change-0009"))
    assert print_bench.ledger.paper.change_id == ""


def test_the_same_paper_is_no_news() -> None:
    devices = DeviceReports(FakeClock(), "agent-main", lambda: None)
    devices.report("printer", "p1", "ok")
    devices.paper("p1", HERE)
    (first,) = devices.pending(10)
    first.answered(DONE)
    devices.paper("p1", HERE)
    assert devices.pending(10) == []


def test_paper_that_was_used_while_the_answer_was_under_way_is_told_too() -> None:
    devices = DeviceReports(FakeClock(), "agent-main", lambda: None)
    devices.report("printer", "p1", "ok")
    devices.paper("p1", HERE)
    (first,) = devices.pending(10)
    less = PaperBody(printed_mm=90, tickets_left=899)
    devices.paper("p1", less)
    first.answered(DONE)
    (second,) = devices.pending(10)
    assert second.row.paper == less  # type: ignore[union-attr]


def test_an_agent_obeys_the_inbox_and_reports_it(
    server: StubServer,
    data: Path,
    simulated_printer: tuple[int, int],
    start_agent: Callable[..., AgentProcess],
) -> None:
    start_agent(make_config(server.url, printer_port=simulated_printer[0]))

    def last() -> dict[str, Any]:
        rows = [row for row in server.rows("device") if row["device"] == "p1" and row["paper"]]
        return rows[-1]["paper"] if rows else {}

    server.offer(**job(1).model_dump(exclude={"kind", "n"}))
    wait_for(lambda: last().get("printed_mm"), "the paper of the first slip")
    server.offer(kind="roll", printer="p1", change_id="change-0001")
    wait_for(lambda: last().get("change_id") == "change-0001", "the change is confirmed")
    assert last()["printed_mm"] == 0


def test_a_killed_agent_does_not_obey_the_same_change_again(
    server: StubServer,
    data: Path,
    simulated_printer: tuple[int, int],
    start_agent: Callable[..., AgentProcess],
) -> None:
    config = make_config(server.url, printer_port=simulated_printer[0])
    agent = start_agent(config)
    server.offer(kind="roll", printer="p1", change_id="change-0001")
    server.offer(**job(2).model_dump(exclude={"kind", "n"}))
    wait_for(lambda: server.rows("print"), "the slip")
    agent.kill()
    server.become("ok")
    before = len(server.rows("device"))
    again = start_agent(config)
    wait_for(
        lambda: [r for r in server.rows("device")[before:] if r["device"] == "p1"], "the printer"
    )
    again.kill()
    with Ledger(data / "ledger-p1.sqlite") as ledger:
        assert ledger.paper.change_id == "change-0001"
        assert ledger.paper.printed_mm > 0
