"""What a call says, clip by clip."""

import pytest

from display.voice import phrases


def heard(label: str, counter: int, **more) -> str:
    """Return one reading in words, from the clips that would be played."""
    clips = phrases.call(label, counter, readings=1, **more)
    return " ".join(phrases.SCRIPT.get(clip, f"({clip})") for clip in clips)


def test_digits_one_by_one_and_the_counter_as_a_number():
    assert heard("1007", 3) == "(chime) mời số một không không bảy đến quầy số ba"
    assert heard("15", 15) == "(chime) mời số một năm đến quầy số mười lăm"


def test_letters_by_their_names_and_priority_said():
    assert heard("A012", 21) == "(chime) mời số a không một hai đến quầy số hai mươi mốt"
    assert heard("Đ1", 4, priority=True) == "(chime) mời số ưu tiên đê một đến quầy số bốn"


def test_two_readings_after_one_chime():
    clips = phrases.call("1007", 3)
    assert clips[0] == phrases.CHIME
    assert clips.count(phrases.CHIME) == 1
    half = (len(clips) - 1) // 2
    assert clips[1 : 1 + half] == clips[1 + half :]


def test_every_counter_and_every_sign_has_its_clips():
    for counter in range(1, phrases.LARGEST_COUNTER + 1):
        assert set(phrases.call("1", counter)) - {phrases.CHIME} <= set(phrases.SCRIPT)
    for sign in "0123456789ABCDĐEFGHIJKLMNOPQRSTUVWXYZ":
        assert set(phrases.call(sign, 1)) - {phrases.CHIME} <= set(phrases.SCRIPT)


def test_no_clip_of_the_script_is_never_used():
    used = {clip for n in range(1, 100) for clip in phrases.call("1", n, priority=True)}
    used |= {c for s in "0123456789ABCDĐEFGHIJKLMNOPQRSTUVWXYZ" for c in phrases.call(s, 1)}
    assert used == {phrases.CHIME, *phrases.SCRIPT}


def test_the_sentence_reads_as_people_write():
    assert phrases.sentence("1007", 3) == "Mời số một không không bảy, đến quầy số ba."


@pytest.mark.parametrize(
    ("label", "counter"), [("", 1), ("123456789", 1), ("1007", 0), ("1007", 100), ("10-7", 1)]
)
def test_what_cannot_be_spoken_is_refused(label, counter):
    with pytest.raises(ValueError, match=r"label|counter|name"):
        phrases.call(label, counter)
