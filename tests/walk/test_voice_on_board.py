"""What the hall hears: the right sound, once, one after another, from the one board that speaks."""

import itertools
import json

import pytest

from tests.support.browser import WITH_SOUND, another, chromium
from tests.support.hall import called, desk, nobody_is_called, open_hall, spoken, told, voice
from tests.support.listening import Board, whole
from tests.support.voices import HEAD
from tests.support.wait import wait_for

# Longer than any machine takes to do something while a call is heard.
MEANWHILE_S = 60


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """An office with two boards, and recordings so short that a call lasts about a second."""
    with open_hall(tmp_path_factory.mktemp("voice")) as office:
        yield office


@pytest.fixture(scope="module")
def loud_browser():
    with chromium(*WITH_SOUND) as browser:
        yield browser


@pytest.fixture
def board(loud_browser, rig):
    nobody_is_called(rig)
    listening = Board(loud_browser, rig, "loud")
    wait_for(lambda: told(rig, "loud")["heard"] == "on", "the server knows that sound is on")
    yield listening
    listening.glass.close()
    wait_for(lambda: told(rig, "loud")["screens"] == 0, "the board is gone")
    assert listening.glass.complaints == []


def test_a_call_is_spoken_once_by_the_board_with_sound_alone(board, loud_browser, rig):
    quiet = Board(loud_browser, rig, "quiet")
    label = called(rig, 3, "dat-dai")
    quiet.glass.text("#hero-number", label)
    (sound,) = board.all_played(1)
    wait_for(lambda: spoken(rig) == [f"{label}-3.wav"], "the server was told what was spoken")
    assert board.asked == [f"{label}-3.wav"]
    assert sound["to"] - sound["from"] >= sound["length"] - 0.05
    assert board.played() == [sound]
    assert (quiet.played(), quiet.asked, spoken(rig, "quiet")) == ([], [], [])
    assert told(rig, "quiet")["sound"] is False
    quiet.glass.close()


def test_a_recall_and_a_priority_call_are_spoken(board, rig):
    label = called(rig, 4, "bao-tro", priority=True)
    assert desk(rig).verb(4, "recall").status == 200
    board.all_played(2)
    assert board.asked == [f"{label}-4-p.wav"] * 2


def test_two_quick_calls_are_both_spoken_and_never_overlap(board, rig):
    labels = [called(rig, 3, "dat-dai"), called(rig, 4, "bao-tro"), called(rig, 1, "ho-tich")]
    files = [f"{label}-{counter}.wav" for label, counter in zip(labels, (3, 4, 1), strict=True)]
    played = board.all_played(3)
    wait_for(lambda: spoken(rig) == files, "all were spoken in the order of the calls")
    for before, after in itertools.pairwise(played):
        assert after["from"] >= before["to"] - 0.02


@pytest.mark.parametrize(
    "broken",
    [{"status": 404}, {"status": 200, "body": "no sound", "content_type": "audio/wav"}],
    ids=["missing", "corrupt"],
)
def test_a_broken_sound_does_not_block_the_next(board, rig, broken):
    board.glass.route("**/board/voice/*-3.wav", lambda route: route.fulfill(**broken))
    bad, good = called(rig, 3, "dat-dai"), called(rig, 4, "bao-tro")
    board.all_played(1)
    wait_for(lambda: spoken(rig) == [f"{good}-4.wav"], "the good one was spoken")
    assert voice(rig) == ("ok", []), "the last call was heard"
    assert board.asked == [f"{bad}-3.wav", f"{good}-4.wav"]
    # The browser itself notes a 404; nothing else may be complained of.
    board.glass.complaints[:] = [c for c in board.glass.complaints if "404" not in c]


def test_a_call_that_nobody_heard_is_told_until_the_next_one_is(board, rig):
    wait_for(lambda: voice(rig) == ("ok", []), "the voice is well")
    board.glass.route("**/board/voice/*-3.wav", lambda route: route.fulfill(status=404))
    called(rig, 3, "dat-dai")
    wait_for(lambda: voice(rig) == ("degraded", ["call_not_heard"]), "the missed call is told")
    called(rig, 4, "bao-tro")
    wait_for(lambda: voice(rig) == ("ok", []), "the next call was heard")
    board.glass.complaints[:] = [c for c in board.glass.complaints if "404" not in c]


def test_a_sound_whose_end_is_never_told_does_not_block_the_next(board, rig):
    board.page.evaluate(
        """() => {
          const start = AudioBufferSourceNode.prototype.start;
          AudioBufferSourceNode.prototype.start = function () {
            AudioBufferSourceNode.prototype.start = start;
          };
        }"""
    )
    called(rig, 3, "dat-dai")
    good = called(rig, 4, "bao-tro")
    wait_for(lambda: spoken(rig) == [f"{good}-4.wav"], "the next one was spoken")


def test_calls_older_than_a_minute_are_dropped_and_told(board):
    played, dropped = board.page.evaluate(
        """async () => {
          const { makeQueue } = await import("/board/static/queue.js");
          const played = [];
          const dropped = [];
          let now = 0;
          let ready = false;
          const queue = makeQueue({
            play: (item) => Promise.resolve(played.push(item)),
            onDropped: (item) => dropped.push(item),
            isReady: () => ready,
            now: () => now,
          });
          queue.add("older");
          now = 1000;
          queue.add("old");
          now = 60500;
          queue.add("new");
          now = 61500;
          ready = true;
          await queue.run();
          return [played, dropped];
        }"""
    )
    assert (played, dropped) == (["new"], ["older", "old"])


def test_a_snapshot_never_speaks(board, rig):
    label = called(rig, 3, "dat-dai")
    wait_for(lambda: spoken(rig) == [f"{label}-3.wav"], "it is owed no more")
    board.page.reload()
    board.glass.shown("#hero-call")
    wait_for(lambda: told(rig, "loud")["heard"] == "on", "sound is on again")
    called(rig, 4, "bao-tro")
    assert len(board.all_played(1)) == 1


def test_of_two_screens_opened_as_one_board_the_newest_speaks(board, loud_browser, rig):
    newest = Board(loud_browser, rig, "loud")
    wait_for(lambda: told(rig, "loud")["screens"] == 2, "both are connected")
    wait_for(lambda: told(rig, "loud")["heard"] == "on", "the newest one is heard")
    label = called(rig, 3, "dat-dai")
    newest.all_played(1)
    wait_for(lambda: spoken(rig) == [f"{label}-3.wav"], "it is owed no more")
    board.glass.shown("#hero-call")
    assert board.played() == []
    newest.glass.close()
    wait_for(lambda: told(rig, "loud")["screens"] == 1, "the newest one is gone")
    called(rig, 4, "bao-tro")
    assert len(board.all_played(1)) == 1


def test_without_permission_a_button_shows_and_a_press_speaks_what_waits(loud_browser, rig):
    with another(loud_browser) as browser:
        board = Board(browser, rig, "loud", untouched=True)
        wait_for(lambda: told(rig, "loud")["heard"] == "locked", "the server knows that")
        board.glass.shown("#sound-on")
        board.glass.text("#sound-on", "Bấm để bật tiếng")
        label = called(rig, 3, "dat-dai")
        board.glass.text("#hero-number", label)
        assert board.played() == []
        board.page.click("#sound-on")
        board.glass.hidden("#sound-on")
        board.all_played(1)
        wait_for(lambda: spoken(rig) == [f"{label}-3.wav"], "the call that waited was spoken")
        quiet = Board(browser, rig, "quiet")
        called(rig, 4, "bao-tro")
        quiet.glass.shown("#hero-call")
        quiet.glass.hidden("#sound-on")
        assert board.glass.complaints == []


def test_the_server_says_who_speaks(rig):
    assert rig.get("/readyz").body["voice"] == {"source": "office", "name": HEAD["name"]}
    manifest = json.loads((rig.data / "voice" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["name"] == HEAD["name"]


def test_calls_that_were_not_heard_yet_are_spoken_after_a_reload_each_once(board, rig):
    board.hears_instead("-2.wav", MEANWHILE_S)
    labels = [called(rig, n, service) for n, service in ((1, "ho-tich"), (2, "chung-thuc"))]
    labels.append(called(rig, 3, "dat-dai"))
    files = [f"{label}-{n}.wav" for n, label in enumerate(labels, start=1)]
    wait_for(lambda: spoken(rig) == files[:1], "the first call was heard")
    wait_for(lambda: len(board.played()) == 2 and len(board.asked) == 3, "the second one is heard")
    board.hears_itself()
    board.page.reload()
    board.page.wait_for_selector("#counters li")
    board.all_played(2)
    wait_for(lambda: spoken(rig) == files[1:], "the others are heard by the new page")
    assert board.asked == [*files, *files[1:]]
    board.page.reload()
    board.page.wait_for_selector("#counters li")
    wait_for(lambda: told(rig, "loud")["heard"] == "on", "the sound of the third page")
    assert (board.played(), spoken(rig)) == ([], []), "nothing is owed any more"


def test_a_call_that_is_over_is_not_spoken_after_a_reload(board, rig):
    board.hears_instead("-1.wav", MEANWHILE_S)
    first, second = called(rig, 1, "ho-tich"), called(rig, 3, "dat-dai")
    wait_for(board.played, "the first call begins to be heard")
    assert desk(rig).verb(3, "serve").status == 200
    board.hears_itself()
    board.page.reload()
    board.page.wait_for_selector("#counters li")
    wait_for(lambda: spoken(rig) == [f"{first}-1.wav"], "the one that is still called")
    assert f"{second}-3.wav" not in board.asked[2:]


def test_what_was_spoken_while_the_server_was_away_is_told_when_it_is_back(board, rig):
    board.hears_instead("-3.wav", 6)
    label = called(rig, 3, "dat-dai")
    wait_for(board.played, "the call begins to be heard")
    rig.server.kill()
    (sound,) = board.all_played(1)
    assert whole(sound), "nobody noticed in the hall"
    rig.server.start()
    rig.wait_ready()
    wait_for(lambda: spoken(rig) == [f"{label}-3.wav"], "the new server knows it")
    assert board.said("unheard") == []
    board.glass.forgive_lost_server()
