"""Every route that the application has, read from the application itself."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask

from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.lab import DEMO_ACCOUNTS
from appliance.bootstrap.server import build_context, build_watch
from appliance.bootstrap.slip_painter import SlipPainter
from appliance.clock import SystemClock
from appliance.config import load, sample_path
from display.agents import AgentDesk
from display.app import create_app
from display.lab.rig import LabRig
from display.live import Hub
from display.pair.desk import PairingDesk
from display.parts import Parts
from display.setup_code import SetupCode
from display.voice.announcer import choose

_SAFE = {"GET", "HEAD", "OPTIONS"}
_VALUES = {
    "number": 1,
    "ticket_id": 1,
    "device_id": 1,
    "username": "demo-canbo",
    "token": "no-such-token",
    "verb": "call-next",
    "name": "1007-3",
    "printer": "printer-1",
}


@dataclass(frozen=True)
class Rule:
    """A method and a path that matches one route."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def changing() -> list[Rule]:
    """Return the routes that may change something."""
    return [rule for rule in _everything() if rule.method not in _SAFE]


def reading() -> list[Rule]:
    """Return the routes that only read, without the files of the pages."""
    return [rule for rule in _everything() if rule.method == "GET"]


@cache
def _everything() -> tuple[Rule, ...]:
    app = application()
    urls = app.url_map.bind("moiso.test")
    return tuple(
        Rule(method, urls.build(rule.endpoint, {name: _VALUES[name] for name in rule.arguments}))
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static")
        for method in sorted(rule.methods or ())
    )


def application() -> Flask:
    """Return the demo's application with nothing started: the demo has every route."""
    folder = Path(tempfile.gettempdir()) / "moiso-no-such-folder"
    config = load(sample_path(), {})
    ctx = build_context(config, folder / "office.sqlite", SystemClock())
    hub, agents = Hub(ctx, max_screens=1), AgentDesk(ctx, "http://moiso.test")
    voice = choose(None)
    app, _io = create_app(
        Parts(
            ctx=ctx,
            config=config,
            secret_key=b"no secret",
            public_url="http://moiso.test",
            hub=hub,
            agents=agents,
            watch=build_watch(ctx, config, DataFolder(folder), hub, agents, voice, demo=True),
            monitor_token="no token",
            paint_slip=SlipPainter(folder),
            pairing=PairingDesk(),
            setup=SetupCode(folder / "setup.code"),
            voice=voice,
            lab=LabRig(folder / "agent.sock", {"printer-1": 1}, DEMO_ACCOUNTS),
        )
    )
    return app
