"""Builds the server."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance import logs
from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.lab import lab_rig
from appliance.bootstrap.slip_painter import SlipPainter
from appliance.bootstrap.taking_up import take_up
from appliance.clock import Clock, boot_id
from appliance.config import Config
from appliance.config.load import effective
from appliance.config.office import to_office
from appliance.errors import Unavailable
from appliance.essential import Tries, start_essential
from appliance.health.checks import host_checks
from appliance.health.checks.clock_day import ClockDay
from appliance.health.host import HostChecks
from appliance.health.senses import Clips, Glass, Senses, Speaker
from appliance.health.watch import Watch
from appliance.storage import days, heartbeat
from appliance.storage.engine import Database
from appliance.storage.tables import SHAPE
from appliance.usecases.context import Context
from display.agents import AgentDesk
from display.app import create_app
from display.live import Hub
from display.pair.desk import PairingDesk
from display.parts import Parts
from display.setup_code import SetupCode
from display.sockets import emitter
from display.voice.announcer import Announcer, choose

if TYPE_CHECKING:
    from flask import Flask

BEAT_S = 30.0
# After one that the disk refused: it shall be seen soon that the disk is well again.
BEAT_AGAIN_S = 2.0


def build_context(config: Config, database: Path, clock: Clock) -> Context:
    """Return what the use cases need; a database that was not migrated is refused."""
    return Context(Database(database, shape=SHAPE), clock, to_office(config), boot_id())


def build_server(
    config: Config, data: DataFolder, clock: Clock, *, public_url: str, demo: bool
) -> Flask:
    """Return the running application: publisher, agent desk and heartbeat are started.

    Called in the worker, after the fork: threads and database connections do not survive one.
    """
    ctx = build_context(config, data.database, clock)
    take_up(ctx, effective(config))
    hub = Hub(ctx, max_screens=config.server.threads // 2)
    agents = AgentDesk(ctx, public_url)
    voice = _announcer(data)
    watch = build_watch(ctx, config, data, hub, agents, voice, demo=demo)
    parts = Parts(
        ctx=ctx,
        config=config,
        secret_key=data.secret_key(),
        public_url=public_url,
        hub=hub,
        agents=agents,
        watch=watch,
        pairing=PairingDesk(),
        setup=SetupCode(data.setup_code),
        voice=voice,
        monitor_token=data.monitor_secret(),
        paint_slip=SlipPainter(data.path),
        lab=lab_rig(data) if demo else None,
    )
    app, io = create_app(parts)

    hub.start(emitter(io))
    agents.start()
    start_essential("heartbeat", lambda: _beat_for_ever(ctx))
    watch.start()
    return app


def _announcer(data: DataFolder) -> Announcer:
    """Return who calls; recordings of the office that cannot be used are told in the log."""
    announcer = choose(data.voice)
    if announcer.problems:
        logs.get_logger().warning(
            "voice set passed over", used=announcer.source, problems=list(announcer.problems)
        )
    return announcer


def build_watch(
    ctx: Context,
    config: Config,
    data: DataFolder,
    hub: Hub,
    agents: AgentDesk,
    voice: Announcer,
    *,
    demo: bool,
) -> Watch:
    """Return the watch over this office; the demo plays its own time: its clock is not judged."""

    def glasses() -> list[Glass]:
        now_s = time.monotonic()
        return [Glass(screen.device, now_s - screen.drawn_at_s) for screen in hub.screens()]

    def speakers() -> list[Speaker]:
        return [
            Speaker(screen.view.key, screen.sound, screen.missed)
            for screen in hub.screens()
            if screen.speaks
        ]

    def open_day() -> date | None:
        try:
            with ctx.db.read() as conn:
                return days.last_opened(conn)
        except Unavailable:
            return None  # the server's own line tells that nothing can be read

    checks = [*host_checks(data.path), ClockDay(open_day, ctx.clock.now)]
    if demo:
        checks = [check for check in checks if check.subject != "clock"]
    senses = Senses(
        glasses,
        agents.online,
        lambda: hub.alive,
        agents.rolls.papers,
        speakers,
        Clips(voice.source == "chime", voice.source != "office" and bool(voice.problems)),
        lambda: hub.refused or agents.refused,
    )
    watch = Watch(ctx, config.agent.name, HostChecks(checks, ctx.clock), senses)

    def status(with_levels: bool) -> tuple[int, dict[str, Any]]:
        seq, found = watch.status(with_levels=with_levels)
        return seq, found.model_dump(mode="json")

    hub.show_status(status)
    return watch


def _beat_for_ever(ctx: Context) -> None:
    """Write the watchdog's row every 30 s; a disk that refuses shows at /readyz as a late beat."""
    tries = Tries("heartbeat")
    while True:
        pause_s = BEAT_AGAIN_S
        with tries.at("beat"):
            with ctx.db.write() as conn:
                heartbeat.beat(conn, ctx.clock.now())
            pause_s = BEAT_S
        time.sleep(pause_s)
