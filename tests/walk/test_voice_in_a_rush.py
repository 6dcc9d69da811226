"""Many calls at once: the hall catches up, nothing is thrown away without a word or piles up."""

import itertools

import pytest

from display.voice.announcer import choose
from tests.support.browser import WITH_SOUND, another, chromium
from tests.support.hall import called, desk, nobody_is_called, open_hall, spoken, told
from tests.support.listening import Board, whole
from tests.support.wait import wait_for

MOST_WAITING = 20
CALLS = 100


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with open_hall(tmp_path_factory.mktemp("rush"), 60) as office:
        yield office


@pytest.fixture(scope="module")
def loud_browser():
    with chromium(*WITH_SOUND) as loud:
        yield loud


def recalled(rig, counter: int, times: int) -> None:
    for _ in range(times):
        assert desk(rig).verb(counter, "recall").status == 200


def test_while_two_more_wait_a_call_is_read_once(loud_browser, rig):
    board = Board(loud_browser, rig, "loud")
    wait_for(lambda: told(rig, "loud")["heard"] == "on", "it may be heard")
    board.hears_instead("-2.wav", 6)
    before = called(rig, 2, "chung-thuc")
    wait_for(board.played, "a long call, while which the others come")
    label = called(rig, 1, "ho-tich")
    recalled(rig, 1, 4)
    files = [f"{before}-2.wav", *[f"{label}-1.wav"] * 5]
    wait_for(lambda: spoken(rig) == files, "all are told as spoken")
    played = board.all_played(6)
    assert [whole(sound) for sound in (played[0], *played[4:])] == [True, True, True]
    first_s = choose(rig.data / "voice").first_reading_s(label, 1)
    cut = [sound for sound in played[1:4] if not whole(sound)]
    # A page that is too busy to end in the pause reads on: never in the middle of a word.
    assert cut
    for sound in cut:
        assert first_s + 0.05 < sound["to"] - sound["from"] < first_s + 0.35, "in the pause"
    for sooner, later in itertools.pairwise(played):
        assert later["from"] >= sooner["to"] - 0.02
    assert board.said("unheard") == []
    board.glass.close()
    nobody_is_called(rig)


def test_a_board_without_sound_keeps_few_calls_and_fetches_none(loud_browser, rig):
    with another(loud_browser) as browser:
        board = Board(browser, rig, "loud", untouched=True)
        wait_for(lambda: told(rig, "loud")["heard"] == "locked", "nobody allowed its sound")
        for _ in range(CALLS // 10):
            called(rig, 3, "dat-dai")
            recalled(rig, 3, 9)
            nobody_is_called(rig)
        label = called(rig, 3, "dat-dai")
        board.glass.text("#hero-number", label)
        told_as_dropped = wait_for(
            lambda: len(told := board.said("unheard")) >= CALLS + 1 - MOST_WAITING and told,
            "those that were too many are told",
        )
        dropped = [unheard["seq"] for unheard in told_as_dropped]
        assert len(dropped) == CALLS + 1 - MOST_WAITING
        assert dropped == sorted(dropped), "the oldest ones"
        assert board.asked == []
        board.page.click("#sound-on")
        wait_for(board.played, "the first of those that wait is heard")
        assert len(board.asked) <= 4
        board.all_played(1)
        assert wait_for(lambda: board.said("spoken"), "and told")[0]["seq"] > dropped[-1]
        assert board.glass.complaints == []
