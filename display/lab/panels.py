"""The lab's rating panels: their buttons with levels and lights, pushed through their own agent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from appliance.errors import NotFound, Unavailable
from display.lab.rig import LabRig


def panel_states(rig: LabRig) -> list[dict[str, Any]]:
    """Return every panel with its buttons from the best level to the worst, as they are now."""
    if rig.panels is None:
        return []
    try:
        agent = rig.control_call({"op": "state"}, rig.panels.control)
    except Unavailable:
        agent = {"pins": {}, "lights": {}}
    panels: dict[int, list[dict[str, Any]]] = {}
    for button in rig.panels.buttons:
        panels.setdefault(button.counter or 0, []).append(
            {
                "pin": button.pin,
                "rating": button.level,
                "level": agent["pins"].get(str(button.pin), "high"),
                "light": agent["lights"].get(str(button.light_pin)),
            }
        )
    return [{"counter": counter, "buttons": buttons} for counter, buttons in panels.items()]


def panel_control(rig: LabRig) -> Path:
    """Return the control socket of the panels' agent. Raises NotFound("unknown_pin")."""
    if rig.panels is None:
        raise NotFound("unknown_pin")
    return rig.panels.control
