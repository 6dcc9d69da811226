"""Runs one agent for the tests: config.json, data folder, and a fault if asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from appliance import logs
from appliance.bootstrap.agent import build_agent
from appliance.clock import SystemClock
from appliance.config.schema import Config
from appliance.devices.gpio.backend import Wiring
from appliance.errors import MoisoError


def main(config_path: str, data: str, fault: str = "") -> int:
    logs.set_up("agent")
    config = Config.model_validate_json(Path(config_path).read_text(encoding="utf-8"))
    if fault == "poller_dies_when_pushed":
        from appliance.devices.presses import PressDesk

        def die(*_: object) -> None:
            raise RuntimeError("a fault on request")

        PressDesk.pushed = die  # type: ignore[assignment,method-assign]
    if fault.startswith("held:"):
        from appliance.devices.gpio.mock_pins import MockPins

        init = MockPins.__init__

        def hold(self: MockPins, wiring: Wiring) -> None:
            init(self, wiring)
            self.drive(int(fault.removeprefix("held:")), high=False)

        MockPins.__init__ = hold  # type: ignore[method-assign]
    if fault.startswith("dead:"):
        from appliance.devices.inbox import Inbox
        from appliance.devices.sender import Sender

        worker: Any = {"inbox": Inbox, "sender": Sender}[fault.removeprefix("dead:")]
        worker.run = lambda _self: None
    # An office's agent has no control socket, and so needs nothing of its folder.
    office = fault.startswith("office:")
    try:
        agent = build_agent(
            config,
            Path(fault.removeprefix("office:") if office else data),
            SystemClock(),
            demo=not office,
            on_ready=lambda: print("ready", flush=True),
        )
    except MoisoError as exc:
        print(exc, file=sys.stderr)
        return 1
    return agent.run()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
