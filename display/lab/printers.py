"""The lab's simulated printers: how they are, what is wrong with them by somebody's click."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from appliance.errors import Invalid, NotFound, Unavailable
from display.lab.rig import LabRig

# Everything that a simulator can be told to suffer from, as it is when it is well.
WELL: dict[str, Any] = {
    "paper": "ok",
    "cover": "closed",
    "cutter": "ok",
    "overheat": False,
    "offline": False,
    "broken": False,
    "silent": False,
    "garbage": False,
    "babbles": False,
    "swallow": False,
    "slow": False,
    "drop_at_byte": None,
}


def printer_states(rig: LabRig) -> list[dict[str, Any]]:
    """Return every printer with what its simulator tells of itself; null if that is gone."""
    return [{"name": name, "state": _state(rig, name)} for name in rig.simulators]


def set_faults(rig: LabRig, printer: str, faults: Mapping[str, Any]) -> dict[str, Any]:
    """Break or mend a printer and return how it is then; unknown faults change nothing.

    Raises NotFound("unknown_printer"), Invalid("bad_field"), Unavailable.
    """
    status, answer = rig.printer_call(printer, "POST", "/fault", dict(faults))
    if status != 200:
        raise Invalid("bad_field", field="faults", problem=answer.decode(errors="replace")[:200])
    state: dict[str, Any] = json.loads(answer)
    return state


def mend_all(rig: LabRig) -> None:
    """Make every printer well again, as the remedies say: one that jammed is switched off and on.

    Raises Unavailable once all that answer are mended.
    """
    gone: Unavailable | None = None
    for name in rig.simulators:
        try:
            if not set_faults(rig, name, {**WELL, "power": "on"})["online"]:
                set_faults(rig, name, {"power": "cycle"})
        except Unavailable as exc:
            gone = exc
    if gone is not None:
        raise gone


def slip_picture(rig: LabRig, printer: str, number: int) -> bytes:
    """Return the picture of a printer's slip as PNG.

    Raises NotFound("unknown_printer" | "not_found"), Unavailable.
    """
    status, picture = rig.printer_call(printer, "GET", f"/slips/{number}.png")
    if status != 200:
        raise NotFound("not_found")
    return picture


def _state(rig: LabRig, name: str) -> dict[str, Any] | None:
    try:
        status, answer = rig.printer_call(name, "GET", "/state")
    except Unavailable:
        return None
    found: dict[str, Any] = json.loads(answer)
    return found if status == 200 else None
