"""Every fault of a printer at every moment of a slip's walk, judged by the printer's own count.

Over the network, and over a serial line: there what a stopped printer has not taken waits in the
line, what it said before is still to be heard, and a pulled cable takes the device away. Each fault
has its own printer and spooler at the end of each way, with the deadlines and poll interval of the
product; its moments are lived through one after the other, all faults at once. Nothing is
accelerated but the paper.

idle      nothing is to be printed
before    a slip is asked for while the fault lasts, and its time runs out
waiting   the same, but the fault is mended in time
middle    the slip is being printed
between   all of it was sent, and its proof has not come
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from display import texts
from tests.support.trial import DETECTED_S, MOMENTS, Fault, Seen, Trial

UNKNOWN, PRINTED = "unknown", ("printed", "echo")
OVER = {"power": "on"}
FAULTS = {
    "paper_out": Fault({"paper": "out"}, {"paper": "ok"}, "paper_out", ("paper_out",)),
    "near_end": Fault({"paper": "near_end"}, {"paper": "ok"}, "paper_near_end", (), "degraded"),
    "cover_open": Fault({"cover": "open"}, {"cover": "closed"}, "cover_open", ("cover_open",)),
    "cutter": Fault(
        {"cutter": "jammed"},
        {"cutter": "ok"},
        "cutter_error",
        ("cutter_error",),
        during={"cutter": "jam_next"},
    ),
    "unrecoverable": Fault(
        {"broken": True}, {"broken": False}, "unrecoverable", ("unrecoverable",)
    ),
    "overheated": Fault({"overheat": True}, {"overheat": False}, "overheated", ("overheated",)),
    "offline": Fault({"offline": True}, {"offline": False}, "offline", ("offline",)),
    "unplugged": Fault({"power": "off"}, {"power": "on"}, "unplugged", ("connection_lost",)),
    "silent": Fault({"silent": True}, {"silent": False}, "silent", ("silent",)),
    "swallow": Fault({"swallow": True}, {"swallow": False}, "silent", ("silent",)),
    "garbage": Fault({"garbage": True}, {"garbage": False}, "garbage", ("garbage", "no_echo")),
    "babbles": Fault({"babbles": True}, {"babbles": False}, "garbage", ("garbage", "no_echo")),
    "power_cycle": Fault({"power": "cycle"}, OVER, "", ("connection_lost",)),
    "dropped": Fault({"line": "drop"}, OVER, "", ("connection_lost",), comes_out=True),
    # The next byte that the printer takes is the last of this connection.
    "dropped_at_byte": Fault({"drop_at_byte": 1}, OVER, "", ("connection_lost",), comes_out=True),
}
# Those in which a serial line has no part: they are only other bits of a status that is told.
ONLY_TCP = {"near_end", "unrecoverable", "overheated"}
TRIALS = [("tcp", name) for name in FAULTS]
TRIALS += [("serial", name) for name in FAULTS if name not in ONLY_TCP]
# What a person reads, in both languages: the thing that is wrong, and the thing to touch.
WORDS = {
    "paper_out": (("hết giấy", "cuộn giấy"), ("out of paper", "roll")),
    "paper_near_end": (("sắp hết giấy", "cuộn giấy"), ("running low", "roll")),
    "cover_open": (("Nắp", "Đóng nắp"), ("cover", "cover")),
    "cutter_error": (("Dao cắt", "dao cắt"), ("cutter", "cutter")),
    "unrecoverable": (("lỗi nghiêm trọng", "kỹ thuật viên"), ("serious fault", "technician")),
    "overheated": (("quá nóng", "nghỉ"), ("too hot", "rest")),
    "offline": (("tạm dừng", "FEED"), ("offline", "FEED")),
    "unplugged": (("rút dây", "Cắm lại"), ("unplugged", "Plug")),
    "silent": (("im lặng", "tắt máy in"), ("silent", "off and on")),
    "garbage": (("trả lời sai", "dây nối"), ("no sense", "cable")),
}


@pytest.fixture(scope="module")
def trials(tmp_path_factory) -> dict[tuple[str, str], Future[dict[str, Seen]]]:
    with ThreadPoolExecutor(len(TRIALS)) as pool:
        yield {
            (way, name): pool.submit(
                Trial(tmp_path_factory.mktemp(f"{way}-{name}"), way, FAULTS[name], 1000 * at).live
            )
            for at, (way, name) in enumerate(TRIALS, 1)
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("way", "name"), TRIALS)
def test_fault(
    trials: dict[tuple[str, str], Future[dict[str, Seen]]], way: str, name: str, moment: str
) -> None:
    fault, seen = FAULTS[name], trials[way, name].result(280)[moment]
    assert seen.status == ((fault.state, [fault.cause]) if fault.cause else ("", []))
    assert seen.detected_s < DETECTED_S
    assert seen.recovered_s < DETECTED_S
    assert (seen.ended_next, seen.copies_next) == (PRINTED, 1)
    late = 1 if fault.comes_out and moment in ("middle", "between") else 0
    assert 0 <= seen.copies_late <= late, "it came out after its end was told"
    if moment == "idle":
        assert seen.copies == 0
    elif not fault.lost or moment == "waiting" or (moment == "before" and not fault.cause):
        assert (seen.ended, seen.copies) == (PRINTED, 1)
    elif moment == "before":
        assert (seen.ended, seen.copies) == (("failed", fault.cause), 0)
    elif name == "dropped_at_byte" and moment == "between" and seen.ended == PRINTED:
        # All bytes had been taken: nothing was left to drop at before the proof came.
        assert seen.copies == 1
    else:
        assert seen.ended[0] == UNKNOWN
        assert seen.ended[1] in fault.lost
        assert seen.copies <= 1


def test_every_state_of_the_matrix_has_its_words():
    assert {fault.cause for fault in FAULTS.values()} - {""} == set(WORDS)


@pytest.mark.parametrize("cause", WORDS)
def test_a_person_reads_what_is_wrong_and_what_to_do_in_both_languages(cause):
    for lang, (wrong, remedy) in zip(texts.languages, WORDS[cause], strict=True):
        assert wrong in texts.say(f"cause.{cause}", lang)
        assert remedy in texts.say(f"remedy.{cause}", lang)
