"""Something that never stops talking holds nobody for ever, and is called by its name."""

from __future__ import annotations

import time

import pytest

from printer.driver import Printer
from printer.escpos import fence_id
from printer.link import Deadlines
from printer.spooler import PrintJob

QUICK = Deadlines(connect_s=0.2, reply_s=0.2, stall_s=0.5, confirm_s=0.5)
WELL = b"\x12"
NOISE = {
    "noise": b"\xff\x41",
    "answers to questions that nobody asked": WELL,
    "the automatic status of a cover whose switch chatters": b"\x10\x00\x00\x00\x38\x00\x00\x00",
}


class Wire:
    """A transport whose other end answers questions well, and babbles once told to."""

    name = "wire"

    def __init__(self) -> None:
        self.is_open = False
        self.noise = b""
        self.noise_after_fence = b""
        self.written = b""
        self._answers = b""

    def open(self, timeout_s: float) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, timeout_s: float) -> int:
        self.written += data
        self._answers += WELL * data.count(b"\x10\x04")
        if b"\x1d(H" in data:
            self._answers += b"\x37\x22" + data[data.index(b"\x1d(H") + 7 :][:4] + b"\x00\x00"
            self.noise = self.noise_after_fence
        return len(data)

    def read(self, timeout_s: float) -> bytes:
        said, self._answers = self._answers or self.noise, b""
        return said


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def printer(wire: Wire) -> Printer:
    return Printer(wire, 576, deadlines=QUICK)


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE)
@pytest.mark.parametrize("began", ["before the connection", "on a connection that was well"])
def test_endless_talk_is_garbage_and_the_connection_is_dropped(wire, printer, noise, began) -> None:
    if began != "before the connection":
        assert printer.check().state == "ok"
    wire.noise = noise
    began_s = time.monotonic()
    assert (printer.check().state, printer.check().causes) == ("unknown", ("garbage",))
    assert printer.check().state == "failed"
    assert time.monotonic() - began_s < 3 * QUICK.reply_s + 5, "the talk never ends"
    assert not wire.is_open
    wire.noise = b""
    assert printer.check().state == "ok"


def test_no_byte_of_a_slip_goes_to_one_that_babbles(wire, printer) -> None:
    assert printer.prepare().state == "ok"
    wire.noise, wire.written = b"\xff", b""
    outcome = printer.send(b"slip", fence_id("1"))
    assert (outcome.state, outcome.reason) == ("failed", "garbage")
    assert wire.written == b""


def test_talk_that_begins_behind_half_a_slip_that_was_flushed_is_garbage(wire, printer) -> None:
    printer.expect_leftover()
    wire.noise_after_fence = b"\xff"
    assert printer.prepare().causes == ("garbage",)
    assert not wire.is_open


def test_a_job_goes_elsewhere_and_the_program_ends_while_its_printer_babbles(
    simulator, open_office, slip, wait
) -> None:
    simulator.fault(babbles=True)
    office = open_office(simulator.printer())
    wait(lambda: office.status() == ("failed", ["garbage"]), timeout_s=10)
    office.spooler.submit(PrintJob("1001", slip(), time.monotonic() + 15, waits=False))
    assert office.end_of("1001") == ("failed", "garbage")
    assert office.spooler.stop(2.5)
    assert simulator.state()["printed"] == 0
