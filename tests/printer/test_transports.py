"""One contract for every way to a printer: TCP, serial, the class driver's node, libusb."""

from __future__ import annotations

import errno
import os
import time
import tty

import pytest
import usb.core

from printer.address import parse_address
from printer.build import draw_job, open_printer, open_transport
from printer.driver import Printer
from printer.errors import (
    AddressInvalid,
    ConnectFailed,
    ConnectionLost,
    SpeedTooLow,
    TransportError,
    WriteFailed,
)
from printer.escpos import EPSON, fence_id
from printer.link import Deadlines
from printer.transports.usb import UsbTransport
from tests.support.fake_usb import FakeUsb
from tests.support.paper import Simulator, begin_ledger

KINDS = ("tcp", "serial", "usblp", "usb")
QUICK = Deadlines(connect_s=1, reply_s=0.5, stall_s=1, confirm_s=3)
ASK = b"\x10\x04\x01"


@pytest.fixture(scope="module")
def node_simulator(tmp_path_factory):
    simulator = Simulator(tmp_path_factory.mktemp("node"), "--speed", "50", "--pty")
    yield simulator.await_ready()
    simulator.close()


@pytest.fixture(params=KINDS)
def transport(request, node_simulator):
    made = {
        "tcp": lambda: open_transport("tcp", host="127.0.0.1", port=node_simulator.port),
        "serial": lambda: open_transport("serial", device=str(node_simulator.node)),
        "usblp": lambda: open_transport("usblp", device=str(node_simulator.node)),
        "usb": lambda: UsbTransport(0x04B8, 0x0E15, backend=FakeUsb(node_simulator.port)),
    }[request.param]()
    yield made
    made.close()
    node_simulator.fault(power="off", cover="closed", swallow=False)
    node_simulator.fault(power="on")


def hear(transport, timeout_s=5.0):
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if heard := transport.read(0.2):
            return heard
    return b""


def test_what_is_written_is_answered(transport):
    assert not transport.is_open
    transport.open(2)
    assert transport.is_open
    transport.open(2)
    assert transport.write(ASK, 1) == 3
    assert hear(transport) == b"\x12"


def test_a_read_ends_in_time_although_nothing_came(transport):
    transport.open(2)
    began_s = time.monotonic()
    assert transport.read(0.2) == b""
    assert transport.read(0) == b""
    assert time.monotonic() - began_s < 2
    assert transport.is_open


def test_a_write_ends_in_time_although_nothing_is_taken(transport, node_simulator):
    node_simulator.fault(cover="open")
    transport.open(2)
    taken = 0
    began_s = time.monotonic()
    while (took := transport.write(bytes(4096), 0.2)) and taken < 2**20:
        taken += took
    assert took == 0
    assert taken < 200_000, "the printer's buffer and the system's"
    assert time.monotonic() - began_s < 10
    assert transport.is_open


def test_a_pulled_cable_is_an_error_and_the_transport_opens_again_by_itself(
    transport, node_simulator
):
    transport.open(2)
    node_simulator.fault(power="off")
    with pytest.raises(TransportError):
        for _ in range(20):
            transport.write(ASK, 0.2)
            transport.read(0.1)
    assert not transport.is_open
    with pytest.raises(ConnectFailed):
        transport.open(2)
    node_simulator.fault(power="on")
    transport.open(2)
    assert transport.write(ASK, 1) == 3
    assert hear(transport) == b"\x12"


def test_a_closed_transport_refuses_and_closing_twice_is_nothing(transport):
    transport.open(2)
    transport.close()
    transport.close()
    with pytest.raises(WriteFailed):
        transport.write(b"x", 0.1)
    with pytest.raises(ConnectionLost):
        transport.read(0.1)


def test_a_slip_is_printed_and_proven(transport, node_simulator, slip):
    printer = Printer(transport, 576, EPSON, QUICK)
    before = len(node_simulator.whole())
    assert printer.prepare().state == "ok"
    outcome = printer.send(draw_job(slip(), 576), fence_id("1001"))
    assert (outcome.state, outcome.reason) == ("printed", "echo")
    assert node_simulator.whole()[before:] == [fence_id("1001")]
    printer.close()


def test_silence_is_told_and_ends_by_itself(transport, node_simulator):
    printer = Printer(transport, 576, EPSON, QUICK)
    assert printer.check().state == "ok"
    node_simulator.fault(swallow=True)
    assert printer.check().state == "unknown"
    assert printer.check().causes == ("silent",)
    node_simulator.fault(swallow=False)
    assert printer.check().state == "ok"


def test_a_slow_serial_line_is_refused_with_the_reason():
    with pytest.raises(SpeedTooLow) as caught:
        open_printer("serial", device="/dev/ttyUSB0", baud=9600)
    assert caught.value.fields == {"device": "/dev/ttyUSB0", "baud": 9600, "least": 38_400}
    assert open_printer("serial", device="/dev/ttyUSB0", baud=38_400).name == "serial:/dev/ttyUSB0"


def test_a_second_program_on_the_same_serial_port_is_refused(node_simulator):
    first, second = (open_transport("serial", device=str(node_simulator.node)) for _ in range(2))
    first.open(1)
    with pytest.raises(ConnectFailed):
        second.open(1)
    first.close()
    second.open(1)
    second.close()


def test_no_device_with_these_ids_is_unplugged():
    class Empty(FakeUsb):
        def enumerate_devices(self):
            return []

    with pytest.raises(ConnectFailed) as caught:
        UsbTransport(0x04B8, 0x0E15, backend=Empty(0)).open(1)
    assert caught.value.fields["why"] == "unplugged"


def broken_bus(error):
    def enumerate_devices():
        raise error

    return {"enumerate_devices": enumerate_devices}


def no_such_part(*_):
    raise IndexError("no interface of this number")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (broken_bus(usb.core.USBError("Input/Output Error", -1, errno.EIO)), "eio"),
        (broken_bus(usb.core.NoBackendError("No backend available")), "libusb_missing"),
        ({"get_interface_descriptor": no_such_part}, "no_endpoints"),
        ({"get_configuration_descriptor": no_such_part}, "no_endpoints"),
        (broken_bus(ValueError("a text in no language")), "unreadable"),
    ],
)
def test_a_broken_bus_or_device_is_a_printer_out_of_reach_and_kills_nobody(
    node_simulator, open_office, wait, broken, why
):
    bus = FakeUsb(node_simulator.port)
    for name, does in broken.items():
        setattr(bus, name, does)
    transport = UsbTransport(0x04B8, 0x0E15, backend=bus)
    with pytest.raises(ConnectFailed) as caught:
        transport.open(1)
    assert caught.value.fields["why"] == why
    office = open_office(Printer(transport, 576, EPSON, QUICK))
    wait(lambda: office.status() == ("failed", ["unplugged"]), "the printer's state")
    assert (office.spooler.alive, office.spooler.error) == (True, None)


def test_a_usb_line_that_breaks_inside_the_first_transfer_leaves_the_slip_unknown(
    start_simulator, open_office
):
    class BreaksOnce(FakeUsb):
        broken = False

        def bulk_write(self, handle, ep, intf, data, timeout_ms):
            if len(data) > 1000 and not self.broken:
                self.broken = True
                super().bulk_write(handle, ep, intf, data[:640], timeout_ms)
                raise usb.core.USBError("Pipe error", -9, errno.EPIPE)
            return super().bulk_write(handle, ep, intf, data, timeout_ms)

    simulator = start_simulator("--speed", "50")
    begin_ledger(simulator.folder.parent / "ledger.sqlite3")
    transport = UsbTransport(0x04B8, 0x0E15, backend=BreaksOnce(simulator.port))
    office = open_office(Printer(transport, 576, EPSON, QUICK))
    office.submit("1001")
    assert office.end_of("1001") == ("unknown", "connection_lost")
    office.submit("1002")
    assert office.end_of("1002") == ("printed", "echo")
    assert simulator.whole() == [fence_id("1002")]
    assert simulator.state()["unknown_commands"] == 0


def test_packets_without_data_neither_end_the_wait_nor_spin():
    # The class driver's node wakes its reader for them.
    master, slave = os.openpty()
    tty.setraw(slave)
    transport = open_transport("usblp", device=os.ttyname(slave))
    transport.open(1)
    calls = []

    def read_now(seen):
        calls.append(seen)
        return b"" if len(calls) < 4 else b"\x12"

    os.write(master, b"x")
    transport._read_now = read_now
    assert transport.read(2) == b"\x12"
    assert len(calls) == 4
    transport.close()
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("10.0.0.5", {"kind": "tcp", "host": "10.0.0.5", "port": 9100}),
        ("printer.lan:9101", {"kind": "tcp", "host": "printer.lan", "port": 9101}),
        ("serial:/dev/ttyS0", {"kind": "serial", "device": "/dev/ttyS0"}),
        ("serial:/dev/ttyS0@38400", {"kind": "serial", "device": "/dev/ttyS0", "baud": 38400}),
        ("usblp:/dev/usb/lp0", {"kind": "usblp", "device": "/dev/usb/lp0"}),
        ("usb:04b8:0e15", {"kind": "usb", "vendor": 0x04B8, "product": 0x0E15}),
    ],
)
def test_an_address_names_a_transport(text, settings):
    assert parse_address(text) == settings


@pytest.mark.parametrize(
    "text", ["", "host:port", "usb:12:34", "serial:/dev/x@fast", "/dev/usb/lp0"]
)
def test_a_wrong_address_is_refused(text):
    with pytest.raises(AddressInvalid):
        parse_address(text)
