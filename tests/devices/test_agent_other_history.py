"""A server whose database was replaced gives its numbers again: no slip takes another's fate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent_kit import StubServer, make_config
from agent_process import AgentProcess
from print_bench import PrintBench, job

from appliance.protocol.agent import RowResult, SupersedeMessage
from printer.ledger import Ledger, State
from tests.support.wait import wait_for

OLD, NEW = "0123456789abcdef", "fedcba9876543210"
PAGE = "http://moiso.test/t/"


def ends(bench: PrintBench) -> list[tuple[int, str, str]]:
    return [(row.job_id, row.seal, row.state) for row in bench.rows()]


def test_a_number_that_is_given_again_is_another_slip_and_is_printed(
    print_bench: PrintBench, lab: Callable[..., Any]
) -> None:
    print_bench.printing.take(job(1, seal=OLD))
    wait_for(lambda: ends(print_bench) == [(1, OLD, "printed")], "the first slip")
    print_bench.hear_all()
    print_bench.printing.take(job(1, seal=NEW, number="1001"))
    assert ends(print_bench) == [], "the end of the old slip is not told of the new one"
    wait_for(lambda: ends(print_bench) == [(1, NEW, "printed")], "the second slip")
    assert lab("/state")["printed"] == 2


def test_a_job_is_the_same_whatever_its_slip_says_meanwhile(
    print_bench: PrintBench, lab: Callable[..., Any]
) -> None:
    print_bench.printing.take(job(1, seal=OLD))
    wait_for(lambda: ends(print_bench) == [(1, OLD, "printed")], "the slip")
    print_bench.hear_all()
    print_bench.printing.take(job(1, seal=OLD, office="Một tên khác", time_line="08:05"))
    assert ends(print_bench) == [(1, OLD, "printed")]
    assert lab("/state")["printed"] == 1


def test_a_ledger_from_before_the_seals_prints_none_of_its_slips_again(
    print_bench: PrintBench, lab: Callable[..., Any]
) -> None:
    print_bench.printing.take(job(1, tracking_url=PAGE + "the-first"))
    wait_for(lambda: ends(print_bench) == [(1, "", "printed")], "the slip of the old server")
    print_bench.hear_all()
    print_bench.stop()
    print_bench.start()
    moved = "http://10.0.0.9/t/"
    print_bench.printing.take(job(1, seal=NEW, tracking_url=moved + "the-first", office="Mới"))
    assert ends(print_bench) == [(1, "", "printed")], "known, though the addresses changed"
    print_bench.hear_all()
    print_bench.printing.take(job(1, seal=NEW, tracking_url=moved + "another"))
    wait_for(lambda: ends(print_bench) == [(1, NEW, "printed")], "another ticket's slip")
    assert lab("/state")["printed"] == 2


def test_half_a_slip_of_a_database_that_is_gone_is_unknown_and_cut_off(
    tmp_path: Path, print_bench: PrintBench, lab: Callable[..., Any]
) -> None:
    print_bench.stop()
    with Ledger(tmp_path / "ledger-p1.sqlite") as ledger:
        ledger.enqueue(f"7:{OLD}", {}, "p1")
        ledger.move(f"7:{OLD}", State.SENDING)
    print_bench.start()
    wait_for(lambda: ends(print_bench) == [(7, OLD, "unknown")], "the recovered slip")
    print_bench.printing.take(job(7, seal=NEW))
    wait_for(lambda: (7, NEW, "printed") in ends(print_bench), "the new slip")
    assert lab("/state")["printed"] == 1


def test_a_slip_in_the_printer_is_fenced_by_its_number(
    print_bench: PrintBench, lab: Callable[..., Any]
) -> None:
    from printer.escpos import fence_id

    print_bench.printing.take(job(41, seal=OLD))
    wait_for(lambda: ends(print_bench) == [(41, OLD, "printed")], "the slip")
    assert fence_id("41").hex() in str(lab("/state")), "what proves the slip"


def test_only_the_slip_that_is_meant_goes_out_of_use(print_bench: PrintBench) -> None:
    print_bench.printing.take(job(1, seal=OLD))
    wait_for(lambda: ends(print_bench) == [(1, OLD, "printed")], "the slip")
    for seal in (NEW, OLD):
        was = print_bench.ledger.known(f"1:{OLD}")
        assert was is not None
        assert was.state is State.PRINTED
        print_bench.printing.supersede(SupersedeMessage(n=2, job_id=1, printer="p1", seal=seal))
    gone = print_bench.ledger.known(f"1:{OLD}")
    assert gone is not None
    assert gone.state is State.SUPERSEDED


def test_a_row_that_the_server_does_not_know_is_not_told_for_ever(print_bench: PrintBench) -> None:
    print_bench.printing.take(job(1, seal=OLD))
    wait_for(lambda: ends(print_bench) == [(1, OLD, "printed")], "the slip")
    for outgoing in print_bench.reports.pending(100):
        outgoing.answered(RowResult(outcome="refused", code="unknown_job"))
    assert ends(print_bench) == []


def test_an_agent_asks_for_seals_and_tells_a_server_without_them_none(
    server: StubServer,
    start_agent: Callable[..., AgentProcess],
    simulated_printer: tuple[int, int],
) -> None:
    for n, seal in ((1, ""), (2, NEW)):
        known = job(n, seal=seal).model_dump(exclude={"kind", "n"})
        server.offer(**{key: value for key, value in known.items() if key != "seal" or value})
    start_agent(make_config(server.url, printer_port=simulated_printer[0]))
    wait_for(lambda: len(server.rows("print")) == 2, "the ends of both")
    first, second = server.rows("print")
    assert (first["job_id"], "seal" in first) == (1, False)
    assert (second["job_id"], second["seal"]) == (2, NEW)
    assert any("seals=1" in path for path in server.requests)
