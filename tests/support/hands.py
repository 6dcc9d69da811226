"""Hands on the virtual hardware: buttons through the agent's control socket, as the lab does."""

from __future__ import annotations

from tests.support.programs import Rig
from tests.support.wait import wait_for


def pin_of(rig: Rig, service: str = "", counter: int | None = None) -> int:
    """Return the pin of a service's button, or of a counter's call button."""
    for button in rig.get("/lab/api/state").body["buttons"]:
        if service and button["service"] == service:
            return int(button["pin"])
        if counter is not None and button["press"] == "call" and button["counter"] == counter:
            return int(button["pin"])
    raise AssertionError(f"no button for {service or counter}")


def push(rig: Rig, service: str = "", counter: int | None = None) -> None:
    """Push a button, hold it until its light acknowledges, let it go."""
    pin = pin_of(rig, service, counter)
    assert rig.lab_press(pin, "low").status == 200
    wait_for(lambda: rig.lights().get(pin), f"the light of pin {pin} acknowledges")
    assert rig.lab_press(pin, "high").status == 200
