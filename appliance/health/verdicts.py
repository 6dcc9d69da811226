"""The state of everything, computed when asked from the last reports and their age; pure.

failed   it does not do its work                degraded  it works, but wants a person
unknown  nobody has told, or not for too long   ok        it told lately that all is well
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from appliance.health.unheard import NOT_ALLOWED, follows
from appliance.protocol.status import StatusPaper
from appliance.storage.devices import DeviceReport

State = Literal["ok", "degraded", "failed", "unknown"]
ORDER: tuple[State, ...] = ("failed", "degraded", "unknown", "ok")
KINDS = (
    *("server", "agent", "printer", "buttons", "button"),
    *("kiosk", "board", "voice", "counter", "panel"),
    *("disk", "clock", "temperature", "power", "memory"),
)
HOST = "host"
# A page that is loaded again is away for a second or two; a dead one is told within 15 s.
GONE_AFTER_S = 8.0
NOT_DRAWN_AFTER_S = 30.0
# Three looks of the checks were missed.
LOOKS_LATE_S = 95.0
# What a machine cannot know about itself is no trouble: nobody has to do anything.
HARMLESS = frozenset({"no_sensor", "cannot_answer"})


@dataclass(frozen=True)
class Line:
    """One device or process: `causes` are keys, the first one is the main one."""

    part: str
    kind: str
    name: str
    state: State
    since: datetime | None
    causes: tuple[str, ...] = ()
    count: int = 1
    paper: StatusPaper | None = None
    standby: str | None = None

    @property
    def needs_attention(self) -> bool:
        """Return whether a person should look at it."""
        return not (self.state == "ok" or self.harmless or follows(self.kind, self.causes))

    @property
    def harmless(self) -> bool:
        """Return whether nobody can know it, and nobody has to do anything."""
        return bool(self.causes) and HARMLESS.issuperset(self.causes)


@dataclass(frozen=True)
class ServerFacts:
    """The server about itself; `since` is when it started, or the last sign of a dead one."""

    causes: tuple[str, ...]
    since: datetime | None
    heard: bool = True


@dataclass(frozen=True)
class ScreenFacts:
    """A paired screen: seconds since it was last connected, since it last told of a frame."""

    part: str
    kind: str
    name: str
    gone_s: float
    silent_s: float | None = None


@dataclass(frozen=True)
class VoiceFacts:
    """The voice of a board: whether its screen may speak, what it plays, what it last did.

    `gone_s` is None where no screen was ever let in. `sound` is the speaking screen's own word:
    "on", "locked" until somebody presses its button, "failed", or "" before it has told.
    """

    board: str
    gone_s: float | None
    sound: str = ""
    missed: bool = False
    chime_only: bool = False
    own_clips_unusable: bool = False


@dataclass(frozen=True)
class Facts:
    """All that a verdict is made of; `agents` tells who was heard of lately."""

    server: ServerFacts
    agents: Mapping[str, bool] = field(default_factory=dict)
    printers: Mapping[str, str] = field(default_factory=dict)
    standbys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reports: tuple[DeviceReport, ...] = ()
    papers: Mapping[str, StatusPaper] = field(default_factory=dict)
    screens: tuple[ScreenFacts, ...] = ()
    voices: tuple[VoiceFacts, ...] = ()
    host: tuple[DeviceReport, ...] = ()
    looked_s: float = 0.0


def verdicts(facts: Facts) -> list[Line]:
    """Return one line for every device and process, worst first."""
    reports = {report.device: report for report in facts.reports}
    lines = [_server(facts.server)]
    lines += [_agent(name, on, reports) for name, on in facts.agents.items()]
    lines += _printers(facts, reports)
    lines += _buttons(facts, reports)
    lines += [_screen(screen, reports) for screen in facts.screens]
    lines += [_voice(voice, reports) for voice in facts.voices]
    lines += [_host(report, facts.looked_s) for report in facts.host]
    if not facts.server.heard:
        lines = [_without_server(line, facts.server.causes[:1]) for line in lines]
    return sorted(lines, key=_rank)


def overall(lines: Iterable[Line]) -> State:
    """Return the worst state among the lines that need somebody; ok if none does.

    While nothing is known of the server itself, that weighs more than any warning.
    """
    wanting = [line for line in lines if line.needs_attention]
    states = {line.state for line in wanting}
    if "failed" not in states and ("server", "unknown") in {(w.kind, w.state) for w in wanting}:
        return "unknown"
    return next((state for state in ORDER if state in states), "ok")


def host_report(
    subject: str, state: State, causes: tuple[str, ...], since: datetime
) -> DeviceReport:
    """Return the report of a check's subject; no configured name holds a colon."""
    return DeviceReport(f"{HOST}:{subject}", HOST, state, causes, since)


def _rank(line: Line) -> tuple[int, int, str]:
    severity = ORDER.index(line.state)
    harmless = 1 if line.state == "unknown" and line.harmless else 0
    return (severity + 2 * harmless, KINDS.index(line.kind), line.part)


def _server(server: ServerFacts) -> Line:
    if NOT_ALLOWED in server.causes:
        return Line("server", "server", "", "unknown", None, server.causes)
    state: State = "failed" if server.causes else "ok"
    return Line("server", "server", "", state, server.since, server.causes)


def _agent(name: str, online: bool, reports: Mapping[str, DeviceReport]) -> Line:
    part = f"agent-{name}"
    report = reports.get(part)
    if report is None:
        return Line(part, "agent", name, "unknown", None, ("not_reported",))
    if not online:
        return Line(part, "agent", name, "unknown", _lost_since(report), ("link_lost",))
    return _told(part, "agent", name, report)


def _lost_since(report: DeviceReport | None) -> datetime | None:
    return report.since if report and report.causes == ("link_lost",) else None


def _printers(facts: Facts, reports: Mapping[str, DeviceReport]) -> Iterator[Line]:
    """Yield a line per printer; one that cannot print names the first of its standbys that can."""
    lines = {name: _printer(name, facts, reports) for name in facts.printers}
    for name, line in lines.items():
        able = [other for other in facts.standbys.get(name, ()) if _may_print(lines[other])]
        yield line if _may_print(line) or not able else replace(line, standby=able[0])


def _may_print(printer: Line) -> bool:
    return printer.state != "failed" and "link_lost" not in printer.causes


def _printer(name: str, facts: Facts, reports: Mapping[str, DeviceReport]) -> Line:
    report = reports.get(name)
    if not facts.agents.get(facts.printers[name], False):
        cause = "not_reported" if report is None else "link_lost"
        return Line(name, "printer", name, "unknown", _lost_since(report), (cause,))
    if report is None:
        return Line(name, "printer", name, "unknown", None, ("not_reported",))
    return replace(_told(name, "printer", name, report), paper=facts.papers.get(name))


def _buttons(facts: Facts, reports: Mapping[str, DeviceReport]) -> Iterator[Line]:
    """Yield one line per agent for its good buttons, and one for each bad one."""
    of_agent: dict[str, list[DeviceReport]] = {}
    for report in facts.reports:
        agent, _, pin = report.device.rpartition("-gpio")
        if report.device_kind == "button" and pin.isdigit() and agent in facts.agents:
            of_agent.setdefault(agent, []).append(report)
    for agent, buttons in of_agent.items():
        if not facts.agents[agent]:
            since = _lost_since(reports.get(f"agent-{agent}"))
            lost, count = ("link_lost",), len(buttons)
            yield Line(f"buttons-{agent}", "buttons", agent, "unknown", since, lost, count)
            continue
        good = [button for button in buttons if button.state == "ok"]
        if good:
            since = max(button.since for button in good)
            yield Line(f"buttons-{agent}", "buttons", agent, "ok", since, (), len(good))
        for button in buttons:
            if button.state != "ok":
                yield _told(button.device, "button", button.device, button)


def _screen(screen: ScreenFacts, reports: Mapping[str, DeviceReport]) -> Line:
    before = reports.get(screen.part)
    state, causes = _screen_state(screen, before)
    since = _since(state, causes, before)
    return Line(screen.part, screen.kind, screen.name, state, since, causes)


def _voice(voice: VoiceFacts, reports: Mapping[str, DeviceReport]) -> Line:
    part = f"voice:{voice.board}"
    before = reports.get(part)
    state, causes = _voice_state(voice, before)
    return Line(part, "voice", voice.board, state, _since(state, causes, before), causes)


def _voice_state(voice: VoiceFacts, before: DeviceReport | None) -> tuple[State, tuple[str, ...]]:
    if voice.gone_s is None:
        return "unknown", ("voice_not_set_up",)
    if voice.gone_s > GONE_AFTER_S:
        return "failed", ("voice_no_screen",)
    if voice.gone_s > 0 or not voice.sound:
        # Its page is being loaded: what was said before still stands.
        return _known(before)
    if voice.sound == "locked":
        return "failed", ("sound_locked",)
    if voice.sound != "on":
        return "failed", ("sound_failed",)
    found = (
        ("call_not_heard", voice.missed),
        ("voice_chime_only", voice.chime_only),
        ("own_clips_unusable", voice.own_clips_unusable),
    )
    causes = tuple(cause for cause, holds in found if holds)
    return ("degraded" if causes else "ok"), causes


def _since(state: State, causes: tuple[str, ...], before: DeviceReport | None) -> datetime | None:
    same = before is not None and before.state == state and before.causes == causes
    return before.since if before is not None and same else None


def _screen_state(
    screen: ScreenFacts, before: DeviceReport | None
) -> tuple[State, tuple[str, ...]]:
    if screen.gone_s > GONE_AFTER_S:
        return "failed", ("not_connected",)
    if screen.gone_s > 0:
        # Just gone, or the server has just started: what was said before still stands.
        return _known(before)
    if screen.silent_s is not None and screen.silent_s > NOT_DRAWN_AFTER_S:
        return "degraded", ("not_drawing",)
    return "ok", ()


def _known(before: DeviceReport | None) -> tuple[State, tuple[str, ...]]:
    if before is None:
        return "unknown", ("not_reported",)
    return next(state for state in ORDER if state == before.state), before.causes


def _host(report: DeviceReport, looked_s: float) -> Line:
    subject = report.device.removeprefix(f"{HOST}:")
    if looked_s > LOOKS_LATE_S:
        return Line(report.device, subject, "", "unknown", None, ("not_reported",))
    return _told(report.device, subject, "", report)


def _told(part: str, kind: str, name: str, report: DeviceReport) -> Line:
    state, causes = _known(report)
    return Line(part, kind, name, state, report.since, causes)


def _without_server(line: Line, why: tuple[str, ...]) -> Line:
    """Return what is known of a line while the server, which is told everything, is not heard."""
    if line.kind == "server" or line.part.startswith(f"{HOST}:"):
        return line
    return Line(line.part, line.kind, line.name, "unknown", None, why, line.count)
