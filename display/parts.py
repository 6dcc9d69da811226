"""What the web side is given by bootstrap: nothing here is built, only named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from appliance.config import Config
from appliance.config.schema import PrinterConfig
from appliance.health.watch import Watch
from appliance.protocol.agent import SlipBody
from appliance.usecases.context import Context

if TYPE_CHECKING:
    from display.agents import AgentDesk
    from display.lab.rig import LabRig
    from display.live import Hub
    from display.pair.desk import PairingDesk
    from display.setup_code import SetupCode
    from display.voice.announcer import Announcer


@dataclass(frozen=True)
class Parts:
    """The server's objects; `lab` exists in the demo only.

    `paint_slip` gives a slip as a PNG, as that printer prints it, and refuses one that it cannot.
    `public_url` is what phones reach, without a slash at the end; `monitor_token` opens what
    monitors read.
    """

    ctx: Context
    config: Config
    secret_key: bytes
    public_url: str
    hub: Hub
    agents: AgentDesk
    watch: Watch
    pairing: PairingDesk
    setup: SetupCode
    voice: Announcer
    monitor_token: str
    paint_slip: Callable[[SlipBody, PrinterConfig], bytes]
    lab: LabRig | None

    @property
    def demo(self) -> bool:
        """Return whether this is the demo, where screens pair themselves."""
        return self.lab is not None


def parts() -> Parts:
    """Return the parts of the running application."""
    found: Parts = current_app.extensions["moiso"]
    return found
