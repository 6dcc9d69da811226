"""Answers are told apart however they are mixed and cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from printer.demux import (
    AutoStatus,
    Demux,
    Garbage,
    InOrderAnswer,
    ProcessId,
    RealtimeAnswer,
    Text,
)
from printer.status import Cause, causes_of_asb, causes_of_eot, from_causes

REALTIME = st.integers(0, 255).filter(lambda byte: byte & 0x93 == 0x12)
PLAIN = st.integers(0, 255).filter(lambda byte: byte & 0x90 == 0)
IN_ORDER = st.integers(0, 0x0F)
HEAD = st.integers(0, 255).filter(lambda byte: byte & 0x93 == 0x10)
# 0x37 and 0x5F begin a block, XON and XOFF are nothing.
JUNK = st.integers(0x20, 255).filter(
    lambda byte: byte & 0x93 not in (0x10, 0x12) and byte not in (0x37, 0x5F)
)

ANSWERS = st.one_of(
    REALTIME.map(lambda byte: (bytes((byte,)), RealtimeAnswer(byte))),
    IN_ORDER.map(lambda byte: (bytes((byte,)), InOrderAnswer(byte))),
    st.tuples(HEAD, PLAIN, PLAIN, PLAIN).map(lambda four: (bytes(four), AutoStatus(bytes(four)))),
    st.lists(st.integers(0x20, 0x7E), min_size=4, max_size=4).map(
        lambda four: (b"\x37\x22" + bytes(four) + b"\x00", ProcessId(bytes(four)))
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20).map(
        lambda text: (b"\x5f" + text.encode() + b"\x00", Text(text.encode()))
    ),
    JUNK.map(lambda byte: (bytes((byte,)), Garbage(byte))),
)


def cut(stream: bytes, points: list[int]) -> list[bytes]:
    edges = sorted({0, len(stream), *(point % (len(stream) + 1) for point in points)})
    return [stream[start:end] for start, end in pairwise(edges)]


@given(st.lists(ANSWERS, max_size=30), st.lists(st.integers(0, 10_000), max_size=20))
def test_any_mix_in_any_chunks_is_told_apart(mix, points):
    demux = Demux()
    heard = []
    for chunk in cut(b"".join(data for data, _ in mix), points):
        heard += demux.feed(chunk)
    assert heard == [answer for _, answer in mix]


@given(st.binary(max_size=300), st.lists(st.integers(0, 10_000), max_size=20))
def test_chunks_never_matter_and_nothing_breaks_it(stream, points):
    whole, parts = Demux(), Demux()
    heard = [answer for chunk in cut(stream, points) for answer in parts.feed(chunk)]
    assert heard == whole.feed(stream)


def test_a_real_time_answer_may_come_inside_an_automatic_status():
    assert Demux().feed(b"\x10\x00\x12\x00\x00") == [
        RealtimeAnswer(0x12),
        AutoStatus(b"\x10\x00\x00\x00"),
    ]


def test_a_broken_block_is_garbage_and_the_next_answer_is_heard():
    answers = Demux().feed(b"\x37\x22abcdX\x12")
    assert answers[-1] == RealtimeAnswer(0x12)
    assert all(isinstance(answer, Garbage) for answer in answers[:-1])


def test_status_bytes_of_another_emulator_are_understood():
    # emupos 0.4.0, seen: paper out `1a 32 12 7e`, cover open `1a 16 12 12`, ASB `38 00 00 00`.
    out = causes_of_eot(dict(zip((1, 2, 3, 4), b"\x1a\x32\x12\x7e", strict=True)))
    cover = causes_of_eot(dict(zip((1, 2, 3, 4), b"\x1a\x16\x12\x12", strict=True)))
    fine = causes_of_eot(dict(zip((1, 2, 3, 4), b"\x12\x12\x12\x12", strict=True)))
    assert from_causes(out).causes == (Cause.PAPER_OUT,)
    assert from_causes(cover).causes == (Cause.COVER_OPEN,)
    assert from_causes(fine).state == "ok"
    assert from_causes(causes_of_asb(b"\x38\x00\x00\x00")).causes == (Cause.COVER_OPEN,)
    assert from_causes({Cause.PAPER_NEAR_END}).state == "degraded"
    assert from_causes({Cause.OFFLINE}).causes == (Cause.OFFLINE,)
