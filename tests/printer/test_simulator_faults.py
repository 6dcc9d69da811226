"""Every way in which the simulated printer can be unwell, and every way to make it so."""

from __future__ import annotations

import os
import select
import socket
import time

import pytest

from printer.build import draw_job
from printer.escpos import CLEAR_BUFFER, fence, fence_id
from printer.link import Deadlines
from printer.simulator.lab import CHOICES, NUMBERS, SWITCHES
from tests.support.paper import Simulator

QUICK = Deadlines(connect_s=1, reply_s=0.3, stall_s=0.6, confirm_s=0.8)
ROW = b"\x1dv0\x00\x01\x00\x01\x00\xff"
WORDS = {
    "paper": "out",
    "cover": "open",
    "cutter": "jam_next",
    "overheat": "true",
    "offline": "true",
    "broken": "true",
    "silent": "true",
    "garbage": "true",
    "babbles": "true",
    "swallow": "true",
    "slow": "true",
    "drop_at_byte": "1000",
    "paper_mm": "12.5",
}


def connect(simulator):
    return socket.create_connection(("127.0.0.1", simulator.port), timeout=10)


def test_every_fault_can_be_set_on_the_command_line(start_simulator):
    assert set(WORDS) == {*CHOICES, *SWITCHES, *NUMBERS} - {"power", "line"}
    options = [f"--fault={name}={word}" for name, word in WORDS.items() if name != "paper"]
    state = start_simulator(*options).state()
    assert state["paper_mm"] == 12.5
    assert state["faults"] == {
        "paper": "near_end",
        "cover": "open",
        "power": "on",
        "cutter": "jam_next",
        "line": "up",
        **dict.fromkeys(SWITCHES, True),
        "drop_at_byte": 1000,
    }


def test_every_fault_can_be_made_and_mended_over_http(simulator):
    fine = simulator.state()["faults"]
    for name, choices in CHOICES.items():
        for value in choices:
            after = {"cycle": "on", "drop": "up"}.get(value, value)
            assert simulator.fault(**{name: value})["faults"][name] == after
        simulator.fault(**{name: choices[0]})
    for name in SWITCHES:
        assert simulator.fault(**{name: True})["faults"][name] is True
        simulator.fault(**{name: False})
    assert simulator.fault(drop_at_byte=None)["faults"] == fine


@pytest.mark.parametrize("at_byte", [1, 100, 5000])
def test_a_connection_drops_at_exactly_this_byte(simulator, at_byte):
    simulator.fault(drop_at_byte=at_byte)
    with connect(simulator) as link, pytest.raises(OSError):
        while True:
            link.sendall(bytes(1000))
    assert simulator.state()["received_bytes"] == at_byte
    with connect(simulator) as link:
        link.sendall(b"\x10\x04\x01")
        assert link.recv(1) == b"\x12"


def test_a_power_cycle_loses_the_buffer_and_half_the_slip(start_simulator, slip, wait):
    simulator = start_simulator("--speed", "2", "--buffer-bytes", "65536")
    with connect(simulator) as link:
        link.sendall(draw_job(slip(), 576))
        wait(lambda: simulator.state()["uncut"]["ink"])
        assert simulator.fault(power="cycle")["buffered_bytes"] == 0
    with connect(simulator) as link:
        link.sendall(b"\x1dV\x42\x00" + fence(b"ab12"))
        assert len(link.recv(8)) > 0
    state = simulator.state()
    assert (state["printed"], state["half"], state["slips"][0]["spoiled"]) == (0, 1, "power")


def test_real_time_commands_are_obeyed_inside_a_picture(simulator):
    with connect(simulator) as link:
        link.sendall(b"\x1dv0\x00\x48\x00\x80\x00" + bytes(100) + b"\x10\x04\x01" + bytes(50))
        assert link.recv(1) == b"\x12"


def test_waiting_data_is_forgotten_on_demand_and_the_slip_is_not_whole(simulator, wait):
    simulator.fault(cover="open")
    with connect(simulator) as link:
        link.sendall(b"\x1b@" + ROW * 200)
        wait(lambda: simulator.state()["buffered_bytes"] > 1500)
        link.sendall(CLEAR_BUFFER)
        wait(lambda: simulator.state()["clears"] == 1)
        assert simulator.state()["buffered_bytes"] < 20


def test_a_cutter_error_ends_by_dle_enq_once_the_knife_is_free(simulator, wait):
    simulator.fault(cutter="jam_next")
    with connect(simulator) as link:
        link.sendall(b"\x1b@" + ROW + b"\x1dV\x42\x00")
        wait(lambda: simulator.state()["faults"]["cutter"] == "jammed")
        link.sendall(b"\x10\x05\x02\x10\x04\x03")
        assert link.recv(1)[0] & 0x08, "it does not help while the knife is stuck"
        simulator.fault(cutter="ok")
        assert not simulator.state()["online"], "nor does freeing the knife alone"
        link.sendall(b"\x10\x05\x02\x10\x04\x03")
        assert link.recv(1) == b"\x12"
    assert simulator.state()["online"]


@pytest.mark.parametrize("fault", ["overheat", "offline", "broken"])
def test_a_head_too_hot_an_offline_or_a_broken_printer_prints_no_row(simulator, slip, fault):
    printer = simulator.printer(QUICK)
    simulator.fault(**{fault: True})
    printer.send(draw_job(slip(), 576), fence_id("1"))
    printer.close()
    assert simulator.state()["uncut"] == {"rows": 0, "ink": False}


def test_a_silent_printer_prints_and_a_swallowing_one_does_not(simulator, slip):
    printer = simulator.printer(QUICK)
    for fault, printed in (("swallow", 0), ("silent", 1)):
        simulator.fault(**{fault: True})
        assert printer.send(draw_job(slip(), 576), fence_id("1")).reason == "silent"
        simulator.fault(**{fault: False})
        assert simulator.state()["printed"] == printed


def test_a_slow_printer_is_not_done_when_a_healthy_one_is(start_simulator, slip, wait):
    slow, healthy = start_simulator("--speed", "2"), start_simulator("--speed", "2")
    slow.fault(slow=True)
    with connect(slow) as first, connect(healthy) as second:
        first.sendall(ROW * 400)
        second.sendall(ROW * 400)
        wait(lambda: healthy.state()["buffered_bytes"] < 100)
        assert slow.state()["buffered_bytes"] > 100
        slow.fault(slow=False)
        wait(lambda: slow.state()["buffered_bytes"] < 100)


def test_garbage_is_as_long_as_the_answer_and_never_a_good_one(simulator):
    simulator.fault(garbage=True)
    with connect(simulator) as link:
        for _ in range(12):
            link.sendall(b"\x10\x04\x01")
            assert link.recv(10) != b"\x12"


def test_a_babbling_printer_talks_unasked_until_it_is_mended(start_simulator, wait):
    simulator = start_simulator("--pty")
    simulator.fault(babbles=True)
    node = os.open(simulator.node, os.O_RDONLY | os.O_NONBLOCK)
    with connect(simulator) as link:
        for _ in range(20):
            assert link.recv(1)
        wait(lambda: select.select([node], [], [], 1)[0])
        simulator.fault(babbles=False)
        link.sendall(b"\x10\x04\x01")
        while link.recv(1) != b"\x12":
            pass
        link.settimeout(0.2)
        with pytest.raises(TimeoutError):
            link.recv(1)
    os.close(node)


def test_the_device_node_is_there_only_while_there_is_power(start_simulator, slip):
    simulator = start_simulator("--speed", "50", "--pty")
    assert f"pty={simulator.node}" in simulator.ready_line
    first = simulator.node.readlink()
    printer = simulator.device()
    assert printer.send(draw_job(slip(), 576), fence_id("1")).state == "printed"
    simulator.fault(power="off")
    assert not simulator.node.is_symlink()
    assert not first.exists()
    assert printer.check().causes == ("unplugged",)
    simulator.fault(power="on")
    assert printer.check().state == "ok"
    printer.close()


def test_a_dropped_cable_comes_back_by_itself(start_simulator, slip, wait):
    simulator = start_simulator("--speed", "50", "--pty")
    printer = simulator.device(QUICK, kind="usblp")
    assert printer.check().state == "ok"
    simulator.fault(drop_at_byte=4000)
    assert printer.send(draw_job(slip(), 576), fence_id("1")).reason == "connection_lost"
    wait(lambda: printer.prepare().state == "ok")
    assert printer.send(draw_job(slip(), 576), fence_id("2")).state == "printed"
    printer.close()
    assert simulator.whole() == [fence_id("2")]


def test_a_line_that_breaks_takes_the_device_node_away_for_a_moment(start_simulator, wait):
    simulator = start_simulator("--pty")
    first = simulator.node.readlink()
    held = os.open(simulator.node, os.O_RDONLY | os.O_NONBLOCK)  # so that no other has its name
    simulator.fault(line="drop")
    assert not first.exists()
    wait(simulator.node.exists)
    assert simulator.node.readlink() != first
    os.close(held)


def test_a_line_that_broke_does_not_come_back_without_power(start_simulator, wait):
    simulator, clock = start_simulator("--pty"), start_simulator("--pty")
    simulator.fault(drop_at_byte=1)
    assert simulator.device(QUICK).check().causes == ("unplugged",)
    for fault in ({"power": "off"}, {"line": "drop"}):
        simulator.fault(**fault)
        clock.fault(line="drop")
        wait(clock.node.exists)  # later than the other one would have come back
        assert not simulator.node.is_symlink()
    simulator.fault(power="on")
    printer = simulator.device(QUICK)
    assert printer.check().state == "ok"
    printer.close()


def test_a_node_that_goes_leaves_no_error_behind(tmp_path, wait, capfd):
    simulator = Simulator(tmp_path, "--pty").await_ready()
    printer = simulator.device(QUICK)
    assert printer.check().state == "ok"
    simulator.fault(power="cycle")
    wait(lambda: printer.check().state == "ok")
    simulator.fault(line="drop")
    wait(lambda: printer.check().state == "ok")
    simulator.node.write_bytes(b"\x10\x14\x02\x01\x08")  # switch yourself off
    wait(lambda: not simulator.node.is_symlink())
    printer.close()
    simulator.close()
    assert capfd.readouterr().err == ""


def test_slips_say_when_they_came_out(simulator, slip):
    printer = simulator.printer()
    before_s = time.monotonic()
    printer.send(draw_job(slip(), 576), fence_id("1"))
    printer.close()
    [cut] = simulator.state()["slips"]
    assert before_s < cut["cut_mono_s"] < time.monotonic()


def test_a_wrong_fault_on_the_command_line_ends_it_at_once(tmp_path):
    import subprocess
    import sys

    command = [sys.executable, "-m", "printer", "simulate", "--port", "0", "--http-port", "0"]
    ran = subprocess.run(
        [*command, "--dir", str(tmp_path), "--fault", "papier=out"],
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("printer.fault_invalid(name='papier'")
