"""Two screens opened as one board: one voice, handed over, and nothing lost or said twice."""

import itertools
import time

import pytest

from tests.support.browser import WITH_SOUND, chromium
from tests.support.hall import called, nobody_is_called, open_hall, spoken, told, voice
from tests.support.listening import Board, whole
from tests.support.wait import wait_for

# So long that a page can be opened while a call is heard, also on a busy machine.
LONG_MS = 400


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with open_hall(tmp_path_factory.mktemp("handover"), LONG_MS) as office:
        yield office


@pytest.fixture(scope="module")
def browser():
    with chromium(*WITH_SOUND) as loud:
        yield loud


@pytest.fixture
def open_board(browser, rig):
    """Open a screen of the board that speaks; it is the newest one."""
    nobody_is_called(rig)
    opened: list[Board] = []

    def another(*, wired: bool = False) -> Board:
        opened.append(Board(browser, rig, "loud", wired=wired))
        wait_for(lambda: told(rig, "loud")["heard"] == "on", "the newest one may be heard")
        return opened[-1]

    yield another
    for board in opened:
        board.glass.close()
        assert board.glass.complaints == []
    wait_for(lambda: told(rig, "loud")["screens"] == 0, "nobody listens any more")


def now_ms() -> float:
    return time.time() * 1000


def never_two_at_once(sounds: list[dict]) -> bool:
    sounds = sorted(sounds, key=lambda sound: sound["begun"])
    return all(before["over"] <= after["begun"] for before, after in itertools.pairwise(sounds))


def test_a_newer_screen_takes_the_call_over_in_the_middle(open_board, rig):
    older = open_board()
    files = [f"{called(rig, 1, 'ho-tich')}-1.wav", f"{called(rig, 3, 'dat-dai')}-3.wav"]
    wait_for(older.played, "the first call is heard")
    newer = open_board()
    wait_for(lambda: spoken(rig) == files, "the newer one speaks both", 40)
    (cut,) = older.played()
    assert not whole(cut)
    heard = newer.played()
    assert [whole(sound) for sound in heard] == [True, True]
    assert never_two_at_once([cut, *heard])
    assert (older.said("spoken"), older.said("unheard")) == ([], [])
    assert voice(rig) == ("ok", [])


def test_what_a_screen_that_is_gone_still_owed_is_spoken_by_the_older_one(open_board, rig):
    older, newer = open_board(), open_board()
    files = [f"{called(rig, 1, 'ho-tich')}-1.wav", f"{called(rig, 3, 'dat-dai')}-3.wav"]
    wait_for(newer.played, "the first call is heard")
    gone_ms = now_ms()
    newer.glass.close()
    wait_for(lambda: spoken(rig) == files, "the older one speaks both", 40)
    heard = older.played()
    assert [whole(sound) for sound in heard] == [True, True]
    assert heard[0]["begun"] >= gone_ms
    assert never_two_at_once(heard)


def test_a_screen_whose_network_is_gone_falls_silent_before_the_older_one_speaks(open_board, rig):
    older, newer = open_board(), open_board(wired=True)
    for counter, service in ((1, "ho-tich"), (3, "dat-dai"), (4, "bao-tro")):
        called(rig, counter, service)
    wait_for(newer.played, "the first call is heard")
    newer.wire.hold()
    wait_for(older.played, "the older one speaks after all", 40)
    wait_for(lambda: newer.played()[-1]["to"], "the newer one has fallen silent")
    assert never_two_at_once([*newer.played(), *older.played()[:1]])
    newer.glass.complaints.clear()  # of the lost connection


def test_a_call_that_went_to_another_screen_and_back_is_heard_once_to_its_end(open_board, rig):
    first = open_board()
    file = f"{called(rig, 1, 'ho-tich')}-1.wav"
    wait_for(first.played, "the call is heard")
    second = open_board()
    (begun,) = wait_for(second.played, "the newer one begins anew")
    assert never_two_at_once([*first.played(), begun])
    gone_ms = now_ms()
    second.glass.close()
    wait_for(lambda: spoken(rig) == [file], "the first one speaks it after all")
    assert [whole(sound) for sound in first.played()] == [False, True]
    assert first.played()[1]["begun"] >= gone_ms
    third = open_board()
    assert (third.played(), spoken(rig)) == ([], []), "nothing is owed any more"


# A page so busy that it is told to be silent before it learns that its sound is over.
CUT_AFTER_MS = """async (afterMs) => {
  const { playSound } = await import("/board/static/sound.js");
  const context = new AudioContext();
  await context.resume();
  const sound = context.createBuffer(1, 8000, 16000);
  const playing = playSound(context, sound, { firstS: 0, isEnough: () => false });
  const until = performance.now() + afterMs;
  while (performance.now() < until) {}
  playing.cut();
  return playing.over;
}"""


@pytest.mark.parametrize(("after_ms", "was_heard"), [(0, False), (3000, True)])
def test_a_sound_that_is_cut_off_at_its_very_end_was_heard(open_board, after_ms, was_heard):
    assert open_board().page.evaluate(CUT_AFTER_MS, after_ms) is was_heard
