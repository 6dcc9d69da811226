"""The joined call: format, length, and that it is the clips and nothing else."""

import array
import hashlib
import io
import wave

import pytest

from display.voice import chime, clipset, phrases
from display.voice.announcer import Announcer, choose
from display.voice.wave_file import RATE, pack, seconds, unpack


@pytest.fixture(scope="module")
def shipped() -> Announcer:
    return choose(None)


def length_s(call: bytes) -> float:
    return seconds(unpack(call))


def test_a_call_is_one_mono_wav_of_22050_hz_and_16_bits(shipped):
    with wave.open(io.BytesIO(shipped.call("1007", 3))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 22050, 2)


def test_a_call_is_its_clips_in_order_with_silence_between(shipped):
    samples = unpack(shipped.call("1007", 3))
    sounds = shipped.clips.sounds
    at = 0
    for clip in phrases.call("1007", 3):
        found = samples.find(sounds[clip], at)
        assert found >= 0, clip
        assert not any(samples[at:found]), f"no silence before {clip}"
        at = found + len(sounds[clip])
    assert at == len(samples)


def test_the_same_call_is_the_same_bytes_in_every_process(shipped):
    again = choose(None).call("1007", 3)
    assert hashlib.sha256(shipped.call("1007", 3)).digest() == hashlib.sha256(again).digest()


@pytest.mark.parametrize(
    ("label", "priority"), [("1007", True), ("9999", True), ("A012", True), ("W333", False)]
)
def test_usual_labels_are_read_twice_within_12_s_at_any_counter(shipped, label, priority):
    for counter in range(1, 100):
        call = shipped.call(label, counter, priority=priority)
        twice = phrases.call(label, counter, priority=priority)
        clips_s = sum(seconds(shipped.clips.sounds[clip]) for clip in twice)
        assert clips_s < length_s(call) <= 12, counter


@pytest.mark.parametrize(("label", "priority"), [("1007", False), ("A012", True)])
def test_after_the_first_reading_there_is_silence_to_stop_in(shipped, label, priority):
    values = array.array("h", unpack(shipped.call(label, 3, priority=priority)))
    first_s = shipped.first_reading_s(label, 3, priority=priority)
    pause_s = phrases.pause_ms("digit-3", "call") / 1000

    def part(from_s: float, to_s: float) -> array.array:
        return values[round((first_s + from_s) * RATE) : round((first_s + to_s) * RATE)]

    assert any(part(-0.1, 0))
    assert not any(part(0.01, pause_s - 0.01))
    assert any(part(pause_s, pause_s + 0.1))


def test_what_is_read_once_ends_with_its_first_reading(shipped, tmp_path):
    once_s = shipped.first_reading_s("SXR99999", 99, priority=True)
    assert length_s(shipped.call("SXR99999", 99, priority=True)) == pytest.approx(once_s, abs=0.01)
    chime_alone = choose(None, shipped=tmp_path / "nothing")
    assert length_s(chime_alone.call("1007", 3)) == pytest.approx(
        chime_alone.first_reading_s("1007", 3), abs=0.01
    )


def test_the_longest_label_is_read_once_within_12_s(shipped):
    call = shipped.call("SXR99999", 99, priority=True)
    assert length_s(call) <= 12
    once = phrases.call("SXR99999", 99, priority=True, readings=1)
    assert length_s(call) < 1 + sum(seconds(shipped.clips.sounds[c]) for c in once)


def test_no_sample_is_at_the_limit(shipped):
    values = array.array("h", unpack(shipped.call("1234", 55)))
    assert max(map(abs, values)) < 32700


def test_without_any_set_the_chime_calls_alone(tmp_path):
    announcer = choose(tmp_path / "none", shipped=tmp_path / "nothing")
    assert (announcer.source, announcer.name) == ("chime", "")
    assert announcer.problems
    assert announcer.call("1007", 3) == pack(chime.samples())
    with pytest.raises(ValueError, match="counter"):
        announcer.call("1007", 0)


def test_a_recall_is_not_joined_again(shipped):
    assert shipped.call("2001", 2) is shipped.call("2001", 2)


def test_the_shipped_folder_is_part_of_the_package():
    assert clipset.SHIPPED.is_relative_to(clipset.SHIPPED.parents[2])
    assert (clipset.SHIPPED / "manifest.json").exists()
