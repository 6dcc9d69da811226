"""What the system itself says is wrong: the same lines as on the status page."""

from __future__ import annotations

from typing import Any

from appliance.health.verdicts import Line
from display.parts import parts


def told() -> list[dict[str, Any]]:
    """Return the lines that want a person, those of printers first: they are broken here."""
    lines = [line for line in parts().watch.lines() if line.needs_attention]
    return [_line(line) for line in sorted(lines, key=lambda line: line.kind != "printer")]


def _line(line: Line) -> dict[str, Any]:
    return {
        "part": line.part,
        "kind": line.kind,
        "name": line.name,
        "state": line.state,
        "causes": list(line.causes),
    }
