"""The referee itself: honest about what came out, and strict about who may touch it."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printer.build import draw_job
from printer.escpos import fence, fence_id
from printer.layout import draw
from printer.simulator.realtime import Ask, ClearBuffer, Enquire, PowerOff, Scanner

LAB = {"X-Moiso-Lab": "1"}


@pytest.fixture
def talk(simulator):
    """A bare socket to the printer."""
    opened = socket.create_connection(("127.0.0.1", simulator.port), timeout=10)
    yield opened
    opened.close()


def ask(talk, data, count):
    talk.sendall(data)
    heard = b""
    while len(heard) < count:
        heard += talk.recv(count - len(heard))
    return heard


def test_the_ready_line_tells_the_real_ports(simulator):
    assert simulator.ready_line == (
        f"printer simulator ready tcp=127.0.0.1:{simulator.port}"
        f" http=127.0.0.1:{simulator.http_port}\n"
    )


def test_a_slip_comes_out_dot_for_dot(simulator, talk, slip):
    ask(talk, draw_job(slip(), 576) + fence(b"ab12"), 4 + 7 + 1)
    state = simulator.state()
    assert (state["printed"], state["half"], state["unknown_commands"]) == (1, 0, 0)
    [cut] = state["slips"]
    assert (cut["n"], cut["fence"], cut["complete"]) == (1, b"ab12".hex(), True)
    drawn = draw(slip(), 576)
    paper = Image.open(io.BytesIO(simulator.get("/slips/1.png")))
    assert paper.size == drawn.size == (cut["width"], cut["height"])
    different = sum(
        (a ^ b).bit_count() for a, b in zip(paper.tobytes(), drawn.tobytes(), strict=True)
    )
    assert different <= 8  # single dots that keep commands out of the picture


def test_status_answers_are_those_of_the_reference(simulator, talk):
    questions = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
    assert ask(talk, questions, 4) == b"\x12\x12\x12\x12"
    simulator.fault(paper="out")
    assert ask(talk, questions, 4) == b"\x1a\x32\x12\x7e"
    simulator.fault(paper="ok", cover="open")
    assert ask(talk, questions, 4) == b"\x1a\x16\x12\x12"


def test_automatic_status_is_pushed_at_a_change(simulator, talk):
    assert ask(talk, b"\x1da\xff", 4) == b"\x10\x00\x00\x00"
    simulator.fault(cover="open")
    assert ask(talk, b"", 4) == b"\x38\x00\x00\x00"


def test_a_printer_that_stands_takes_no_more_than_its_buffer(simulator, talk):
    simulator.fault(cover="open")
    talk.setblocking(False)
    sent, stuck = 0, 0
    while stuck < 50:
        try:
            sent += talk.send(bytes(4096))
        except BlockingIOError:
            stuck += 1
            simulator.state()  # time for the printer to take what it will
    assert simulator.state()["buffered_bytes"] == 4096
    assert simulator.state()["received_bytes"] == 4096 < sent


def test_data_waiting_at_power_off_is_lost(simulator, talk, slip):
    simulator.fault(cover="open")
    talk.sendall(draw_job(slip(), 576)[:3000])
    simulator.fault(power="off", cover="closed")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", simulator.port), timeout=5)
    simulator.fault(power="on")
    assert simulator.state()["buffered_bytes"] == 0
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=5) as again:
        assert ask(again, b"\x10\x04\x01", 1) == b"\x12"


def test_a_slip_begun_anew_in_the_middle_is_not_counted_as_printed(simulator, talk, slip):
    job = draw_job(slip(), 576)
    row = b"\x1dv0\x00\x01\x00\x01\x00\xff"
    ask(talk, b"\x1b@" + row + job + fence(b"ab12"), 4 + 7 + 1)
    [cut] = simulator.state()["slips"]
    assert (cut["complete"], cut["spoiled"]) == (False, "restarted")
    assert (simulator.state()["printed"], simulator.state()["half"]) == (0, 1)


def test_a_cut_of_nothing_is_no_slip(simulator, talk):
    ask(talk, b"\x1b@\x1dV\x42\x00" + fence(b"sync"), 8)
    state = simulator.state()
    assert (state["slips"], state["blank"]) == ([], 1)


def test_a_second_sender_waits_unheard_until_the_first_is_gone(simulator, talk):
    ask(talk, b"\x10\x04\x01", 1)
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=5) as second:
        second.sendall(b"\x10\x04\x01")
        simulator.state()
        second.setblocking(False)
        with pytest.raises(BlockingIOError):
            second.recv(1)
        second.settimeout(5)
        talk.close()
        assert second.recv(1) == b"\x12"


def test_a_second_sender_can_be_refused(start_simulator):
    simulator = start_simulator("--refuse-second")
    address = ("127.0.0.1", simulator.port)
    with socket.create_connection(address, timeout=5) as first:
        assert ask(first, b"\x10\x04\x01", 1) == b"\x12"
        with (
            socket.create_connection(address, timeout=5) as second,
            pytest.raises(ConnectionResetError),
        ):
            second.recv(1)


def test_a_code_of_the_printer_itself_is_drawn(simulator, talk):
    text = b"http://192.168.1.10/t/abc"
    store = b"\x1d(k" + (len(text) + 3).to_bytes(2, "little") + b"1P0" + text
    ask(talk, b"\x1b@\x1ba\x01" + store + b"\x1d(k\x03\x001Q0\x1dV\x00" + fence(b"ab12"), 8)
    import zxingcpp

    picture = Image.open(io.BytesIO(simulator.get("/slips/1.png"))).convert("L")
    padded = Image.new("L", (picture.width, picture.height + 60), 255)
    padded.paste(picture, (0, 30))
    assert [code.text for code in zxingcpp.read_barcodes(padded)] == [text.decode()]


WRONG_REQUESTS = [
    ("/fault", {"paper": "out"}, {}, 403),
    ("/fault", {"paper": "out"}, {**LAB, "Host": "evil.example"}, 403),
    ("/fault", {"paper": "gone"}, LAB, 400),
    ("/fault", {"papier": "out"}, LAB, 400),
    ("/fault", {"silent": "yes"}, LAB, 400),
    ("/fault", {"cover": "open", "drop_at_byte": 0}, LAB, 400),
    ("/fault", ["paper"], LAB, 400),
    ("/other", {}, LAB, 404),
    ("/slips/1.png", None, {}, 404),
    ("/slips/../x.png", None, {}, 404),
]


def test_wrong_requests_change_nothing(simulator):
    before = simulator.state()
    for path, body, headers, status in WRONG_REQUESTS:
        data = None if body is None else json.dumps(body).encode()
        assert simulator.status_of(path, data, headers) == status, (path, body)
    assert simulator.state() == before


def test_slips_of_an_earlier_run_are_not_overwritten(tmp_path, start_simulator, slip):
    (tmp_path / "slips-0").mkdir()
    (tmp_path / "slips-0" / "slip-000007.png").write_bytes(b"old")
    simulator = start_simulator("--speed", "50")
    printer = simulator.printer()
    assert printer.send(draw_job(slip(), 576), fence_id("1")).state == "printed"
    printer.close()
    assert [cut["n"] for cut in simulator.state()["slips"]] == [8]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(tmp_path, number):
    command = [sys.executable, "-m", "printer", "simulate", "--port", "0", "--http-port", "0"]
    process = subprocess.Popen(
        [*command, "--dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        port = int(process.stdout.readline().split("tcp=127.0.0.1:")[1].split()[0])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as first:
            ask(first, b"\x10\x04\x01", 1)
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                os.kill(process.pid, number)
                assert process.wait(10) == 0
        assert process.stderr.read() == ""


@given(st.lists(st.integers(0, 400), max_size=10))
def test_orders_are_found_wherever_the_stream_is_cut(points):
    stream = (
        bytes(30)
        + b"\x10\x04\x01"
        + b"\x10\x10\x05\x02"
        + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
        + bytes(50)
        + b"\x10\x14\x02\x01\x08\x10\x14\x02\x01\x07\x10\x04\x04"
    )
    scanner = Scanner()
    edges = sorted({0, len(stream), *(point % len(stream) for point in points)})
    found = [order for start, end in pairwise(edges) for order in scanner.feed(stream[start:end])]
    assert found == [Ask(1), Enquire(2), ClearBuffer(), PowerOff(), Ask(4)]
