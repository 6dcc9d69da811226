"""A way that takes bytes all the time, but few: no slip is under way for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from appliance.domain.paper import PULL_LIMIT_MS
from display.agents import NO_WORD_MS
from printer import spooler
from printer.driver import Printer
from printer.escpos import fence_id
from printer.link import Deadlines
from printer.transports.tcp import TcpTransport
from tests.support.paper import Office, Simulator

PACKET_BYTES = 64
SLOW = Deadlines(connect_s=1, reply_s=0.5, stall_s=1, pour_s=3, confirm_s=2)
NOT_IN_TIME_S = 2.0
"""What the machine may take longer, which has much else to do."""


class SlowWay(TcpTransport):
    """Takes a packet of USB at a time, and only every `pause_s`."""

    pause_s = 0.0

    def write(self, data: bytes, timeout_s: float) -> int:
        if len(data) <= PACKET_BYTES or not self.pause_s:
            return super().write(data, timeout_s)
        time.sleep(self.pause_s)  # the way's own slowness, nothing that a test waits for
        return super().write(data[:PACKET_BYTES], timeout_s)


@pytest.fixture
def way(simulator: Simulator) -> Iterator[SlowWay]:
    way = SlowWay("127.0.0.1", simulator.port)
    yield way
    way.close()


@pytest.fixture
def office(way: SlowWay, open_office: Callable[..., Office], wait: Callable[..., Any]) -> Office:
    opened = open_office(Printer(way, 576, deadlines=SLOW))
    wait(lambda: opened.status()[0] == "ok", "the printer is well")
    opened.submit("1")  # with it goes what a printer may hold of whom a new ledger does not know
    assert opened.end_of("1") == ("printed", "echo")
    way.pause_s = 0.05
    return opened


def test_a_slip_that_is_not_poured_in_time_is_unknown_and_cut_off_before_the_next(
    simulator: Simulator, office: Office, way: SlowWay, wait: Callable[..., Any]
) -> None:
    began_s = time.monotonic()
    office.submit("1001")
    assert office.end_of("1001") == ("unknown", "too_slow")
    assert SLOW.pour_s <= time.monotonic() - began_s < SLOW.pour_s + NOT_IN_TIME_S
    way.pause_s = 0.0
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    assert simulator.whole() == [fence_id("1"), fence_id("1002")]
    assert simulator.state()["half"] == 1


class ByteByByte:
    """A transport that takes a byte in a tenth of a second and brings no answer."""

    name = "byte by byte"
    is_open = False

    def open(self, timeout_s: float) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, timeout_s: float) -> int:
        time.sleep(0.1)
        return 1

    def read(self, timeout_s: float) -> bytes:
        return b""


def test_the_time_of_a_slip_is_for_all_of_it() -> None:
    began_s = time.monotonic()
    outcome = Printer(ByteByByte(), 576, deadlines=SLOW).send(b"20 bytes of a slip..", b"ab12")
    assert (outcome.state, outcome.reason) == ("unknown", "too_slow")
    assert time.monotonic() - began_s >= SLOW.pour_s


def test_a_slow_slip_that_is_poured_in_time_is_printed_by_a_printer_that_was_never_silent(
    simulator: Simulator,
    office: Office,
    way: SlowWay,
    wait: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spooler, "_STALE_S", 0.8)
    way.pause_s = 0.005
    seen = set()

    def ended() -> bool:
        row = office.ledger.known("1001")
        assert row is not None
        if row.state == "sending":
            seen.add(office.status()[0])
        return row.final

    began_s = time.monotonic()
    office.submit("1001")
    wait(ended, "the slip's end")
    assert office.end_of("1001") == ("printed", "echo")
    assert time.monotonic() - began_s > 0.8, "it was longer under way than news are news"
    assert seen == {"ok"}
    assert simulator.whole() == [fence_id("1"), fence_id("1001")]


def test_a_job_behind_a_slow_slip_is_told_that_it_is_late_when_it_is(
    simulator: Simulator, office: Office, wait: Callable[..., Any]
) -> None:
    office.submit("1001")
    wait(lambda: office.ledger.known("1001").state == "sending", "the slow slip")
    office.submit("1002", within_s=0.5)
    assert office.end_of("1002") == ("expired", "deadline")
    assert office.ledger.known("1001").state == "sending"
    assert office.end_of("1001") == ("unknown", "too_slow")
    assert simulator.whole() == [fence_id("1")]


def test_a_slip_has_its_end_before_the_server_gives_it_up_even_at_the_slowest_line() -> None:
    usual = Deadlines()
    largest_slip_bytes, bits_a_byte, baud = 29_000, 10, 38_400
    assert usual.pour_s > 2 * largest_slip_bytes * bits_a_byte / baud
    assert PULL_LIMIT_MS + 1000 * (usual.pour_s + usual.confirm_s) < NO_WORD_MS
