"""Sets of clips: the shipped one is whole, an office's own wins only if it is."""

import array
import json
import math

import pytest

from display.voice import chime, clipset, phrases
from display.voice.announcer import choose
from display.voice.clipset import Incomplete, load
from display.voice.wave_file import pack, seconds
from tests.support.voices import tone, write_set

MOST_BYTES = 2 << 20


def peak(samples: bytes) -> int:
    return max(abs(value) for value in array.array("h", samples))


def test_the_shipped_set_is_complete_small_and_says_where_it_is_from():
    shipped = load(clipset.SHIPPED)
    assert set(shipped.sounds) == {phrases.CHIME, *phrases.SCRIPT}
    assert "espeak-ng" in shipped.origin
    assert "GPL-3.0" in shipped.licence
    files = list(clipset.SHIPPED.iterdir())
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    assert {file.stem for file in files} == set(shipped.sounds) | {"manifest"}


def test_the_shipped_manifest_has_the_words_of_every_clip():
    manifest = json.loads((clipset.SHIPPED / "manifest.json").read_text(encoding="utf-8"))
    words = {entry["name"]: entry["words"] for entry in manifest["clips"]}
    assert words == {phrases.CHIME: "", **phrases.SCRIPT}


@pytest.mark.parametrize("name", [phrases.CHIME, *phrases.SCRIPT])
def test_a_shipped_clip_is_heard_whole_and_not_clipped(name):
    samples = load(clipset.SHIPPED).sounds[name]
    values = array.array("h", samples)
    assert 0.27 < seconds(samples) < 1.2
    assert 6000 < peak(samples) < 32000
    loud = [index for index, value in enumerate(values) if abs(value) > 600]
    # Trimmed: the sound begins at once; faded: its ends do not click.
    assert loud[0] < len(values) * 0.2
    assert abs(values[0]) < 200
    assert abs(values[-1]) < 200


def test_shipped_words_are_about_equally_loud():
    sounds = load(clipset.SHIPPED).sounds
    levels = {}
    for name in phrases.SCRIPT:
        voiced = [value for value in array.array("h", sounds[name]) if abs(value) > 400]
        levels[name] = 20 * math.log10(math.sqrt(sum(v * v for v in voiced) / len(voiced)))
    assert max(levels.values()) - min(levels.values()) < 3, levels


def test_no_two_shipped_clips_are_the_same_sound():
    sounds = load(clipset.SHIPPED).sounds
    assert len(set(sounds.values())) == len(sounds)


def test_the_chime_in_the_set_is_the_one_made_in_code():
    assert load(clipset.SHIPPED).sounds[phrases.CHIME] == chime.samples()


def test_a_complete_set_of_the_office_wins(recordings):
    announcer = choose(recordings)
    assert (announcer.source, announcer.name, announcer.problems) == ("office", "Tone", ())


def test_an_office_set_without_a_chime_gets_ours(recordings):
    (recordings / "chime.wav").unlink()
    clipset.write_manifest(recordings, {"name": "x", "origin": "y", "licence": "z"})
    assert load(recordings).sounds[phrases.CHIME] == chime.samples()


def test_an_office_without_recordings_hears_the_shipped_set_and_no_complaint(tmp_path):
    announcer = choose(tmp_path / "voice")
    assert (announcer.source, announcer.problems) == ("shipped", ())


def _missing(folder):
    (folder / "tens-5.wav").unlink()


def _changed(folder):
    (folder / "tens-5.wav").write_bytes(pack(tone(50)))


def _unlisted(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["clips"] = [c for c in manifest["clips"] if c["name"] != "tens-5"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _outside(folder):
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    (folder.parent / "tens-5.wav").write_bytes((folder / "tens-5.wav").read_bytes())
    text = manifest.replace('"tens-5.wav"', '"../tens-5.wav"')
    (folder / "manifest.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("spoil", [_missing, _changed, _unlisted, _outside])
def test_a_spoilt_office_set_is_passed_over_and_told(recordings, spoil):
    spoil(recordings)
    announcer = choose(recordings)
    assert announcer.source == "shipped"
    (problem,) = announcer.problems
    assert "tens-5" in problem


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}', '{"name": "x", "clips": 3}'])
def test_a_spoilt_manifest_is_told(recordings, text):
    (recordings / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(Incomplete, match="manifest"):
        load(recordings)


def test_recordings_that_are_too_slow_for_a_call_are_refused(tmp_path):
    write_set(tmp_path / "slow", length_ms=900)
    with pytest.raises(Incomplete, match="could last"):
        load(tmp_path / "slow")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 100, pack(b"")])
def test_a_file_that_is_no_sound_gets_no_manifest(recordings, content):
    (recordings / "ten.wav").write_bytes(content)
    with pytest.raises(Incomplete, match=r"ten\.wav"):
        clipset.write_manifest(recordings, {"name": "x", "origin": "y", "licence": "z"})


def test_a_set_of_another_rate_is_refused(recordings):
    wrong = bytearray(pack(tone(300)))
    wrong[24:28] = (44100).to_bytes(4, "little")
    (recordings / "ten.wav").write_bytes(wrong)
    with pytest.raises(Incomplete, match="44100 Hz"):
        clipset.describe(recordings, {})
