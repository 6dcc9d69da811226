"""What an agent is told of its rating panels: light up for so long."""

from __future__ import annotations

from appliance.protocol.agent import PanelMessage
from appliance.storage.engine import Transaction
from appliance.usecases import panel
from appliance.usecases.context import Context


def panel_messages(ctx: Context, conn: Transaction, agent: str, after: int) -> list[PanelMessage]:
    """Return the panels of `agent` that something happened to after position `after`."""
    return [
        PanelMessage(n=light.seq, counter=light.counter, left_ms=max(0, light.left_ms))
        for light in panel.lights(ctx, conn, agent, after)
    ]
