"""Pictures to bytes and back; no command may hide in a picture."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printer import escpos
from printer.build import draw_job
from printer.simulator.parser import Parser
from printer.simulator.realtime import Scanner


def decode(data: bytes, width: int) -> bytes:
    """Give the dots that a printer would put on paper."""
    parser = Parser(bytearray(data))
    rows = []
    while (command := parser.next()) is not None:
        if command.name == "row":
            rows.append(command.data.ljust(width // 8, b"\0"))
        elif command.name == "feed":
            rows += [bytes(width // 8)] * command.n
    assert parser.unknown == 0
    assert not parser.buffer
    return b"".join(rows)


def dots_of(image: Image.Image) -> bytes:
    return bytes(255 - byte for byte in image.tobytes())


@given(data=st.binary(max_size=600), blank_at=st.integers(0, 70), blank=st.integers(0, 600))
def test_bands_and_feeds_give_the_picture_back(data, blank_at, blank):
    row_bytes = 6
    rows = [data[at : at + row_bytes].ljust(row_bytes, b"\0") for at in range(0, len(data), 6)]
    rows[blank_at:blank_at] = [bytes(row_bytes)] * blank
    dots = b"".join(rows).replace(b"\x10", b"\x11")  # 0x10 is another test's matter
    image = Image.frombytes("1", (48, len(rows)), bytes(255 - byte for byte in dots))
    assert decode(escpos.raster(image), 48) == dots


@given(
    st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x01, 0x08, 0x02, 0]), max_size=300),
    st.integers(1, 9),
)
def test_no_picture_contains_a_real_time_command(values, row_bytes):
    rows = len(values) // row_bytes
    dots = bytes(values[: rows * row_bytes])
    image = Image.frombytes("1", (8 * row_bytes, rows), bytes(255 - byte for byte in dots))
    data = escpos.encode(image) + escpos.fence(b"abcd")
    for second in (0x04, 0x05, 0x14):
        assert bytes((0x10, second)) not in data
    assert Scanner().feed(data) == []
    drawn = decode(escpos.raster(image), 8 * row_bytes)
    # What was altered is one more dot beside a dot, nowhere else.
    for old, new in zip(dots, drawn, strict=True):
        assert new in (old, 0x18 if old == 0x10 else old)


@pytest.mark.parametrize("width", [384, 512, 576])
def test_a_whole_slip_survives_the_encoding(slip, width):
    from printer.layout import draw

    picture = draw(slip(), width)
    drawn = decode(draw_job(slip(), width), width)
    for old, new in zip(dots_of(picture), drawn, strict=True):
        assert new in (old, 0x18 if old == 0x10 else old)


def test_bands_are_low_and_cropped(slip):
    data = draw_job(slip(), 576)
    stream = io.BytesIO(data)
    heights = []
    while (at := data.find(b"\x1dv0\x00", stream.tell())) >= 0:
        width, height = data[at + 4] | data[at + 5] << 8, data[at + 6] | data[at + 7] << 8
        heights.append(height)
        assert width <= 72
        stream.seek(at + 8 + width * height)
    assert heights
    assert max(heights) <= escpos.BAND_ROWS
    assert len(data) < 40_000


def test_a_fence_is_derived_from_the_job_and_printable():
    assert escpos.fence_id("job-1") == escpos.fence_id("job-1") != escpos.fence_id("job-2")
    names = [f"2026-11-23/{at}" for at in range(2000)]
    assert all(0x20 < byte < 0x7F for name in names for byte in escpos.fence_id(name))


def test_no_two_jobs_of_a_year_share_a_fence():
    fences = {escpos.fence_id(str(number)) for number in range(7_000_000, 7_830_584, 7)}
    assert len(fences) == len(range(7_000_000, 7_830_584, 7))
    assert len({escpos.fence_id(str(number)) for number in range(20_000)}) == 20_000


@given(st.integers(0, 10**9), st.text(max_size=20).filter(lambda text: not text.isdigit()))
def test_a_named_job_never_has_the_fence_of_a_numbered_one(number, name):
    assert escpos.fence_id(str(number)) != escpos.fence_id(name)
    assert b" " not in escpos.fence_id(name), "the blank belongs to the driver's own fence"


def test_a_fence_of_wrong_bytes_is_refused():
    for wrong in (b"abc", b"abcde", b"\x00\x01\x02\x03"):
        with pytest.raises(ValueError, match="four printable"):
            escpos.fence(wrong)


def test_only_one_bit_pictures_are_encoded():
    for wrong in (Image.new("L", (16, 4)), Image.new("1", (15, 4))):
        with pytest.raises(ValueError, match="1-bit"):
            escpos.raster(wrong)
