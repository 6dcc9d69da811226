"""Watches over the office from the server: looks, judges when asked, stores what changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.domain.office import Service
from appliance.errors import Unavailable
from appliance.essential import Tries, start_essential
from appliance.health.host import HostChecks
from appliance.health.message import status_of
from appliance.health.senses import Senses
from appliance.health.verdicts import (
    HOST,
    Facts,
    Line,
    ScreenFacts,
    ServerFacts,
    VoiceFacts,
    verdicts,
)
from appliance.protocol.status import (
    Status,
    Today,
)
from appliance.storage import devices, heartbeat, log
from appliance.storage.devices import DeviceReport, Paired
from appliance.usecases.context import Context
from appliance.usecases.ratings_today import RatingCounter
from appliance.usecases.report_device import report_device
from appliance.usecases.today import DayCounter

LOOK_S = 30.0
SWEEP_S = 2.0
BEAT_LATE_S = 90
SCREENS = ("kiosk", "board", "counter", "panel")
# Kinds whose state nobody but the server can know; theirs it stores itself.
JUDGED = (*SCREENS, "voice")


@dataclass(frozen=True)
class _Stored:
    """What one read transaction says; `failed` if it could not be had."""

    seq: int
    beat: datetime | None
    reports: tuple[DeviceReport, ...]
    paired: tuple[Paired, ...]
    failed: str = ""


class Watch:
    """One office's health. `agent` is the agent of this machine."""

    def __init__(self, ctx: Context, agent: str, host: HostChecks, senses: Senses) -> None:
        self._ctx = ctx
        self._agent = agent
        self.host = host
        self._senses = senses
        self.day = DayCounter(ctx)
        self.ratings = RatingCounter(ctx)
        self._started_at = ctx.clock.now()
        self._lock = threading.Lock()
        self._tries = Tries("health watch")
        self._seen_s: dict[str, float] = {}

    def start(self) -> None:
        """Begin to look. A disk that hangs stops the checks' own thread, and that shows."""
        start_essential("host checks", self._look_for_ever)
        start_essential("health watch", self._sweep_for_ever)

    def lines(self) -> list[Line]:
        """Return the state of everything now, worst first."""
        return self._judge(self._read())

    def status(self, *, with_levels: bool = False) -> tuple[int, Status]:
        """Return the log's position and what the status page shows.

        `with_levels` tells how citizens rated, not only how many: for whoever has the right.
        """
        stored = self._read()
        lines = self._judge(stored)
        try:
            today: Today | None = self.day.today()
            ratings = self.ratings.today(with_levels=with_levels)
            unprinted = self.day.unprinted()
        except Unavailable:
            return stored.seq, status_of(lines, self._ctx.clock.now(), None)
        return stored.seq, status_of(lines, self._ctx.clock.now(), today, ratings, unprinted)

    @property
    def services(self) -> tuple[Service, ...]:
        """Return the services of the office."""
        return self._ctx.office.services

    def beat_age_s(self) -> float | None:
        """Return the age of the server's last write in domain seconds; None if nobody knows."""
        beat = self._read().beat
        return None if beat is None else max(0.0, (self._ctx.clock.now() - beat).total_seconds())

    def sweep(self) -> None:
        """Store the states that only the server can judge, where they changed."""
        stored = self._read()
        if stored.failed:
            return
        known = {report.device: (report.state, report.causes) for report in stored.reports}
        found: list[tuple[str, str, str, tuple[str, ...]]] = [
            (line.part, line.kind, line.state, line.causes)
            for line in self._judge(stored)
            # That nobody ever told of a thing is no change of it.
            if line.kind in JUDGED and (line.state != "unknown" or line.part in known)
        ]
        found += [
            (report.device, HOST, report.state, report.causes)
            for report in self.host.reports(stored.reports)
        ]
        for device, kind, state, causes in found:
            if known.get(device) != (state, causes):
                # The disk that refuses is itself what is to be told; it shows unstored as well.
                with self._tries.at(device):
                    report_device(self._ctx, device, kind, state, causes, actor="system")

    def _judge(self, stored: _Stored) -> list[Line]:
        office = self._ctx.office
        screens = tuple(self._screens(stored.paired))
        agents = {self._agent, *(printer.agent for printer in office.printers)}
        agents |= {one.name for one in stored.paired if one.kind == "agent"}
        return verdicts(
            Facts(
                server=self._server(stored),
                agents={name: self._senses.online(name) for name in sorted(agents)},
                printers={printer.name: printer.agent for printer in office.printers},
                standbys={
                    printer.name: tuple(office.with_fallbacks(printer.name)[1:])
                    for printer in office.printers
                },
                reports=stored.reports,
                papers=self._senses.papers(),
                screens=screens,
                voices=tuple(self._voices(screens, stored.paired)),
                host=self.host.reports(stored.reports),
                looked_s=self.host.looked_s,
            )
        )

    def _server(self, stored: _Stored) -> ServerFacts:
        causes = []
        since: datetime | None = None
        if failed := stored.failed or self._senses.refused():
            causes.append(failed)
        elif stored.beat is None or self._ctx.clock.now() - stored.beat > self._late():
            causes.append("heartbeat_late")
            since = stored.beat
        if not self._senses.publishes():
            causes.append("publisher_dead")
        return ServerFacts(tuple(causes), since if causes else self._started_at)

    def _late(self) -> timedelta:
        return self._ctx.clock.real_to_domain(BEAT_LATE_S * 1000)

    def _screens(self, paired: Iterable[Paired]) -> list[ScreenFacts]:
        connected: dict[str, float] = {}
        for glass in self._senses.screens():
            silent_s = connected.get(glass.device, glass.silent_s)
            connected[glass.device] = min(silent_s, glass.silent_s)
        now_s = self._ctx.clock.monotonic_ms() / 1000
        facts = []
        screens = _worth_watching([one for one in paired if one.kind in SCREENS], connected)
        for one in screens:
            device = f"{one.kind}:{one.id}"
            with self._lock:
                if device in connected:
                    self._seen_s[device] = now_s
                gone_s = now_s - self._seen_s.setdefault(device, now_s)
            shared = sum(1 for other in screens if (other.kind, other.name) == (one.kind, one.name))
            name = one.name if shared == 1 else f"{one.name} #{one.id}"
            if device not in connected:
                gone_s = max(gone_s, 0.001)
            facts.append(ScreenFacts(device, one.kind, name, gone_s, connected.get(device)))
        return facts

    def _voices(
        self, screens: Iterable[ScreenFacts], paired: Iterable[Paired]
    ) -> Iterator[VoiceFacts]:
        """Yield the voice of each board that shall speak, also if no screen was ever let in."""
        speakers = {speaker.board: speaker for speaker in self._senses.speakers()}
        boards = {f"board:{one.id}": one.name for one in paired if one.kind == "board"}
        gone_s: dict[str, float] = {}
        for screen in screens:
            if (name := boards.get(screen.part)) is not None:
                gone_s[name] = min(gone_s.get(name, screen.gone_s), screen.gone_s)
        clips = self._senses.clips
        for board in self._ctx.office.boards:
            if not board.sound:
                continue
            speaker = speakers.get(board.name)
            yield VoiceFacts(
                board.name,
                gone_s.get(board.name),
                "" if speaker is None else speaker.sound,
                speaker is not None and speaker.missed,
                clips.chime_only,
                clips.own_unusable,
            )

    def _read(self) -> _Stored:
        try:
            with self._ctx.db.read() as conn:
                return _Stored(
                    log.head(conn),
                    heartbeat.last(conn),
                    tuple(devices.reports(conn)),
                    tuple(one for one in devices.paired(conn) if one.revoked_at is None),
                )
        except Unavailable as exc:
            return _Stored(0, None, (), (), exc.key)

    def _look_for_ever(self) -> None:
        while True:
            self.host.look()
            time.sleep(LOOK_S)

    def _sweep_for_ever(self) -> None:
        while True:
            self.sweep()
            time.sleep(SWEEP_S)


def _worth_watching(screens: list[Paired], connected: Iterable[str]) -> list[Paired]:
    """Leave out what browsers of the demo left behind: every one of them pairs itself anew.

    Of such screens with one name those count that are connected, else the newest.
    """
    here = set(connected)
    kept = [one for one in screens if one.paired_by != "demo"]
    groups: dict[tuple[str, str], list[Paired]] = {}
    for one in screens:
        if one.paired_by == "demo":
            groups.setdefault((one.kind, one.name), []).append(one)
    for group in groups.values():
        live = [one for one in group if f"{one.kind}:{one.id}" in here]
        kept += live or group[-1:]
    return sorted(kept, key=lambda one: one.id)
