"""The state of everything, from the last reports and their age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from appliance.health.verdicts import (
    KINDS,
    Facts,
    Line,
    ScreenFacts,
    ServerFacts,
    VoiceFacts,
    host_report,
    overall,
    verdicts,
)
from appliance.protocol.status import StatusPaper
from appliance.storage.devices import DeviceReport

NOW = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=7)
WELL = ServerFacts((), EARLIER)


def report(device, kind, state="ok", causes=(), since=EARLIER):
    return DeviceReport(device, kind, state, tuple(causes), since)


def judged(**facts) -> dict[str, Line]:
    return {line.part: line for line in verdicts(Facts(server=WELL, **facts))}


def screen(gone_s=0.0, silent_s=None, part="board:3"):
    return ScreenFacts(part, part.partition(":")[0], "main", gone_s, silent_s)


def test_a_server_without_trouble_is_well_since_its_start():
    assert judged()["server"] == Line("server", "server", "", "ok", EARLIER)


def test_a_server_with_a_cause_has_failed():
    facts = Facts(server=ServerFacts(("heartbeat_late",), EARLIER))
    (line,) = verdicts(facts)
    assert (line.state, line.causes, line.since) == ("failed", ("heartbeat_late",), EARLIER)


def test_a_device_is_as_it_was_reported():
    found = judged(
        agents={"main": True},
        printers={"printer-1": "main"},
        reports=(
            report("agent-main", "agent"),
            report("printer-1", "printer", "failed", ["paper_out"]),
        ),
    )
    assert found["agent-main"].state == "ok"
    printer = found["printer-1"]
    assert (printer.state, printer.causes, printer.since) == ("failed", ("paper_out",), EARLIER)


def test_what_was_never_reported_is_unknown():
    found = judged(agents={"main": True}, printers={"printer-1": "main"})
    assert {line.causes for part, line in found.items() if part != "server"} == {("not_reported",)}
    assert found["printer-1"].state == "unknown"


def test_a_silent_agent_makes_all_that_it_owns_unknown():
    found = judged(
        agents={"main": False},
        printers={"printer-1": "main"},
        reports=(
            report("agent-main", "agent", "unknown", ["link_lost"]),
            report("printer-1", "printer"),
            report("main-gpio5", "button"),
        ),
    )
    for part in ("agent-main", "printer-1", "buttons-main"):
        assert (found[part].state, found[part].causes) == ("unknown", ("link_lost",)), part
    assert found["agent-main"].since == EARLIER
    assert found["buttons-main"].since == EARLIER, "as long as its agent"


def test_good_buttons_are_one_line_and_a_bad_one_its_own():
    found = judged(
        agents={"main": True},
        reports=(
            report("main-gpio5", "button"),
            report("main-gpio6", "button"),
            report("main-gpio7", "button", "failed", ["stuck"]),
        ),
    )
    assert found["buttons-main"].count == 2
    assert found["main-gpio7"].causes == ("stuck",)
    assert "main-gpio5" not in found


def test_a_button_of_an_agent_that_is_gone_from_the_office_is_left_out():
    assert "buttons-old" not in judged(reports=(report("old-gpio5", "button"),))


@pytest.mark.parametrize(
    ("facts", "state", "causes"),
    [
        (screen(silent_s=3), "ok", ()),
        (screen(silent_s=29), "ok", ()),
        (screen(silent_s=31), "degraded", ("not_drawing",)),
        (screen(gone_s=9), "failed", ("not_connected",)),
    ],
)
def test_a_screen_must_be_connected_and_draw(facts, state, causes):
    line = judged(screens=(facts,))["board:3"]
    assert (line.state, line.causes) == (state, causes)


@pytest.mark.parametrize("before", ["ok", "failed"])
def test_a_page_that_is_loaded_again_stays_what_it_was(before):
    causes = () if before == "ok" else ("not_connected",)
    stored = report("board:3", "board", before, causes)
    line = judged(screens=(screen(gone_s=2),), reports=(stored,))["board:3"]
    assert (line.state, line.since) == (before, EARLIER)


def test_a_screen_that_was_never_seen_is_unknown_at_first():
    assert judged(screens=(screen(gone_s=2),))["board:3"].state == "unknown"


def test_checks_that_no_longer_run_make_their_subjects_unknown():
    heat = host_report("temperature", "ok", (), EARLIER)
    assert judged(host=(heat,))["host:temperature"].kind == "temperature"
    late = judged(host=(heat,), looked_s=96)["host:temperature"]
    assert (late.state, late.causes) == ("unknown", ("not_reported",))


def test_the_worst_comes_first_and_what_no_machine_can_know_last():
    found = judged(
        agents={"main": True, "hall": False},
        printers={"printer-1": "main", "printer-2": "main"},
        reports=(
            report("agent-main", "agent"),
            report("agent-hall", "agent"),
            report("printer-1", "printer", "degraded", ["paper_near_end"]),
            report("printer-2", "printer", "failed", ["paper_out"]),
        ),
        host=(host_report("power", "unknown", ("no_sensor",), EARLIER),),
    )
    assert list(found) == [
        "printer-2",
        "printer-1",
        "agent-hall",
        "server",
        "agent-main",
        "host:power",
    ]


def test_a_missing_sensor_is_no_trouble():
    power = judged(host=(host_report("power", "unknown", ("no_sensor",), EARLIER),))["host:power"]
    assert power.state == "unknown"
    assert not power.needs_attention
    assert overall([power]) == "ok"


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (("ok", "ok"), "ok"),
        (("ok", "unknown"), "unknown"),
        (("unknown", "degraded"), "degraded"),
        (("degraded", "failed", "ok"), "failed"),
    ],
)
def test_the_office_is_as_well_as_its_worst_part(states, worst):
    lines = [Line(str(n), "agent", "", state, None) for n, state in enumerate(states)]
    assert overall(lines) == worst


def test_every_line_has_a_kind_that_is_known():
    found = judged(
        agents={"main": True},
        printers={"printer-1": "main"},
        screens=(screen(silent_s=1), screen(silent_s=1, part="kiosk:1")),
        reports=(report("main-gpio5", "button"),),
    )
    assert {line.kind for line in found.values()} <= set(KINDS)


def voice(gone_s=0.0, sound="on", **more):
    return VoiceFacts("main", gone_s, sound, **more)


@pytest.mark.parametrize(
    ("facts", "state", "causes"),
    [
        (voice(), "ok", ()),
        (voice(gone_s=9, sound=""), "failed", ("voice_no_screen",)),
        (voice(gone_s=None, sound=""), "unknown", ("voice_not_set_up",)),
        (voice(sound="locked"), "failed", ("sound_locked",)),
        (voice(sound="failed"), "failed", ("sound_failed",)),
        (voice(missed=True), "degraded", ("call_not_heard",)),
        (voice(chime_only=True), "degraded", ("voice_chime_only",)),
        (voice(own_clips_unusable=True), "degraded", ("own_clips_unusable",)),
        (
            voice(chime_only=True, own_clips_unusable=True),
            "degraded",
            ("voice_chime_only", "own_clips_unusable"),
        ),
        (voice(sound=""), "unknown", ("not_reported",)),
    ],
)
def test_a_voice_is_heard_or_says_why_not(facts, state, causes):
    line = judged(voices=(facts,))["voice:main"]
    assert (line.kind, line.name, line.state, line.causes) == ("voice", "main", state, causes)


@pytest.mark.parametrize("facts", [voice(gone_s=3, sound=""), voice(sound="")])
def test_a_voice_whose_page_is_loaded_again_is_what_it_was(facts):
    before = report("voice:main", "voice", "failed", ["sound_locked"])
    line = judged(voices=(facts,), reports=(before,))["voice:main"]
    assert (line.state, line.causes, line.since) == ("failed", ("sound_locked",), EARLIER)


def test_paper_is_told_only_of_a_printer_whose_agent_is_heard_of():
    paper = StatusPaper(printed_mm=1, tickets_left=2, changed_at=None, pending=False)
    facts = {
        "printers": {"printer-1": "main"},
        "reports": (report("printer-1", "printer"),),
        "papers": {"printer-1": paper},
    }
    assert judged(agents={"main": True}, **facts)["printer-1"].paper == paper
    assert judged(agents={"main": False}, **facts)["printer-1"].paper is None


@pytest.mark.parametrize(
    ("first", "second", "standby"),
    [
        (("failed", ["paper_out"]), ("ok", []), "p2"),
        (("failed", ["paper_out"]), ("degraded", ["paper_near_end"]), "p2"),
        (("failed", ["paper_out"]), ("failed", ["cover_open"]), None),
        (("degraded", ["paper_near_end"]), ("ok", []), None),
        (("ok", []), ("ok", []), None),
    ],
)
def test_a_printer_that_cannot_print_names_who_prints_in_its_place(first, second, standby):
    found = judged(
        agents={"main": True},
        printers={"p1": "main", "p2": "main"},
        standbys={"p1": ("p2",), "p2": ()},
        reports=(report("p1", "printer", *first), report("p2", "printer", *second)),
    )
    assert (found["p1"].standby, found["p2"].standby) == (standby, None)


def test_a_standby_at_another_machine_prints_while_the_first_machine_is_away():
    found = judged(
        agents={"main": False, "hall": True},
        printers={"p1": "main", "p2": "hall"},
        standbys={"p1": ("p2",), "p2": ("p1",)},
        reports=(report("p1", "printer"), report("p2", "printer", "failed", ["paper_out"])),
    )
    assert (found["p1"].standby, found["p2"].standby) == (None, None)
    found = judged(
        agents={"main": False, "hall": True},
        printers={"p1": "main", "p2": "hall"},
        standbys={"p1": ("p2",), "p2": ("p1",)},
        reports=(report("p1", "printer"), report("p2", "printer")),
    )
    assert found["p1"].standby == "p2"
