"""The watch over an office: judges when asked, stores changes and nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from appliance.health.checks import Finding
from appliance.health.host import HostChecks
from appliance.health.senses import Glass, Senses, Speaker
from appliance.health.watch import Watch
from appliance.storage import devices, heartbeat, log
from appliance.storage.engine import Database
from appliance.usecases.devices import pair, revoke
from appliance.usecases.report_device import report_device


class OneCheck:
    """A check that finds what the test says."""

    name = "disk_space"
    subject = "disk"

    def __init__(self):
        self.finding: Finding | None = Finding("ok", (), {"disk_used_pct": 40})

    def look(self):
        assert self.finding is not None, "a bug in a check"
        return self.finding


class Bench:
    def __init__(self, ctx):
        self.ctx = ctx
        self.check = OneCheck()
        self.glasses: list[Glass] = []
        self.online = True
        self.publishes = True
        self.speakers: list[Speaker] = []
        senses = Senses(
            lambda: self.glasses,
            lambda _name: self.online,
            lambda: self.publishes,
            speakers=lambda: self.speakers,
        )
        self.watch = Watch(ctx, "main", HostChecks([self.check], ctx.clock), senses)
        self.beat()

    def beat(self):
        with self.ctx.db.write() as conn:
            heartbeat.beat(conn, self.ctx.clock.now())

    def line(self, part):
        return {line.part: line for line in self.watch.lines()}[part]

    def history(self):
        """Return what the log says of devices."""
        with self.ctx.db.read() as conn:
            rows = log.after(conn, 0)
        return [
            (row.payload["device"], row.payload["state"])
            for row in rows
            if row.type == "device.changed"
        ]

    def pair(self, kind="board", name="main", actor="staff:lan"):
        device = pair(self.ctx, kind, name, f"token {kind} {self.ctx.clock.mono_ms}", actor=actor)
        self.ctx.clock.pass_s(0.001)
        return f"{kind}:{device.id}"


@pytest.fixture
def bench(ctx):
    return Bench(ctx)


def test_only_changes_of_the_machine_become_rows(bench):
    for _ in range(3):
        bench.watch.host.look()
        bench.watch.sweep()
    bench.check.finding = Finding("failed", ("disk_full",), {"disk_used_pct": 97})
    for used in (97, 98, 99):
        bench.check.finding = Finding("failed", ("disk_full",), {"disk_used_pct": used})
        bench.watch.host.look()
        bench.watch.sweep()
    assert bench.history() == [("host:disk", "ok"), ("host:disk", "failed")]
    assert bench.watch.host.numbers == {"disk_used_pct": 99}


def test_since_outlives_a_restart_of_the_server(bench, clock):
    bench.watch.host.look()
    bench.watch.sweep()
    began = bench.line("host:disk").since
    clock.pass_s(600)
    again = Bench(bench.ctx)
    again.watch.host.look()
    assert again.line("host:disk").since == began


def test_a_check_that_breaks_is_unknown_and_said(bench):
    bench.check.finding = None
    bench.watch.host.look()
    line = bench.line("host:disk")
    assert (line.state, line.causes) == ("unknown", ("check_failed",))


def test_checks_that_hang_are_seen(bench, clock):
    bench.watch.host.look()
    assert bench.line("host:disk").state == "ok"
    clock.pass_s(96)
    assert bench.line("host:disk").causes == ("not_reported",)


def test_a_late_heartbeat_and_a_dead_publisher_are_the_servers_failure(bench, clock):
    assert bench.line("server").state == "ok"
    clock.pass_s(91)
    bench.publishes = False
    line = bench.line("server")
    assert (line.state, line.causes) == ("failed", ("heartbeat_late", "publisher_dead"))


def test_a_database_that_cannot_be_read_is_told_all_the_same(bench, tmp_path):
    folder = tmp_path / "a-folder.sqlite"
    folder.mkdir()
    broken = dataclasses.replace(bench.ctx, db=Database(folder))
    senses = Senses(list, lambda _name: True, lambda: True)
    watch = Watch(broken, "main", HostChecks([], broken.clock), senses)
    seq, status = watch.status()
    assert seq == 0
    assert status.today is None
    assert status.lines[0].causes == ("storage_failed",)
    watch.sweep()
    broken.db.close()


def test_a_screen_that_goes_away_fails_after_a_moment_and_comes_back(bench, clock):
    part = bench.pair()
    bench.glasses = [Glass(part, 1)]
    bench.watch.sweep()
    assert bench.line(part).state == "ok"
    bench.glasses = []
    clock.pass_s(3)
    bench.watch.sweep()
    assert bench.line(part).state == "ok", "a page that is loaded again"
    clock.pass_s(6)
    bench.watch.sweep()
    assert bench.line(part).causes == ("not_connected",)
    bench.glasses = [Glass(part, 0)]
    bench.watch.sweep()
    assert bench.line(part).state == "ok"
    assert [state for device, state in bench.history() if device == part] == ["ok", "failed", "ok"]


def test_the_older_of_two_sockets_of_one_screen_does_not_count(bench):
    part = bench.pair()
    bench.glasses = [Glass(part, 50), Glass(part, 1)]
    assert bench.line(part).state == "ok"
    bench.glasses = [Glass(part, 50)]
    assert bench.line(part).causes == ("not_drawing",)


def test_a_revoked_screen_is_no_longer_watched(bench):
    from appliance.usecases.devices import revoke

    part = bench.pair()
    revoke(bench.ctx, int(part.partition(":")[2]), actor="staff:lan")
    assert part not in {line.part for line in bench.watch.lines()}


def test_screens_of_one_name_are_told_apart(bench):
    parts = [bench.pair(), bench.pair()]
    names = {bench.line(part).name for part in parts}
    assert names == {f"main #{part.partition(':')[2]}" for part in parts}


def test_browsers_that_left_the_demo_are_forgotten_once_another_one_came(bench):
    first, second, third = (bench.pair(actor="demo") for _ in range(3))
    bench.glasses = [Glass(second, 1)]
    parts = {line.part for line in bench.watch.lines()}
    assert second in parts
    assert not {first, third} & parts
    bench.glasses = []
    parts = {line.part for line in bench.watch.lines()}
    assert third in parts
    assert not {first, second} & parts


def test_the_agent_of_this_machine_and_those_of_the_printers_are_expected(bench):
    assert bench.line("agent-main").causes == ("not_reported",)
    report_device(bench.ctx, "agent-main", "agent", "ok", (), actor="system")
    assert bench.line("agent-main").state == "ok"
    bench.online = False
    assert bench.line("agent-main").causes == ("link_lost",)


def test_the_message_counts_what_wants_a_person(bench):
    bench.glasses, bench.speakers = [Glass(bench.pair(), 1)], [Speaker("main", "on")]
    report_device(bench.ctx, "agent-main", "agent", "ok", (), actor="system")
    report_device(bench.ctx, "printer-1", "printer", "failed", ("paper_out",), actor="agent:main")
    _seq, status = bench.watch.status()
    assert status.summary.state == "failed"
    assert status.summary.attention == 1
    assert status.lines[0].part == "printer-1"
    with bench.ctx.db.read() as conn:
        assert status.lines[0].since == devices.report_of(conn, "printer-1").since.strftime(
            "%Y-%m-%dT%H:%M:%S.%fZ"
        )


def test_a_board_that_shall_speak_and_has_no_screen_is_told_and_is_no_row(bench):
    bench.watch.sweep()
    told = bench.line("voice:main")
    assert (told.state, told.causes, told.needs_attention) == (
        "unknown",
        ("voice_not_set_up",),
        True,
    )
    assert bench.history() == []


def test_a_board_whose_last_screen_was_taken_back_is_told_as_not_set_up(bench):
    part = bench.pair()
    bench.glasses, bench.speakers = [Glass(part, 1)], [Speaker("main", "on")]
    bench.watch.sweep()
    revoke(bench.ctx, int(part.removeprefix("board:")), actor="staff:lan")
    bench.watch.sweep()
    assert bench.line("voice:main").causes == ("voice_not_set_up",)
    assert [told for told in bench.history() if told[0] == "voice:main"] == [
        ("voice:main", "ok"),
        ("voice:main", "unknown"),
    ]


def test_the_voice_of_a_board_is_what_its_screen_tells(bench, clock):
    part = bench.pair()
    bench.glasses, bench.speakers = [Glass(part, 1)], [Speaker("main", "locked")]
    bench.watch.sweep()
    assert bench.line("voice:main").causes == ("sound_locked",)
    since = bench.line("voice:main").since
    clock.pass_s(60)
    assert bench.line("voice:main").since == since
    bench.speakers = [Speaker("main", "on")]
    bench.watch.sweep()
    assert bench.line("voice:main").state == "ok"
    bench.glasses, bench.speakers = [], []
    clock.pass_s(9)
    bench.watch.sweep()
    assert bench.line("voice:main").causes == ("voice_no_screen",)
    told = [state for device, state in bench.history() if device == "voice:main"]
    assert told == ["failed", "ok", "failed"]
