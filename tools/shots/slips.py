"""The slips as pictures, with the longest names that the office has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from appliance.config import load, sample_path
from appliance.config.office import to_office
from display.slips import sample_slip
from printer.layout import draw
from printer.slip import Slip
from tools.shots.life import PUBLIC_URL

WIDTHS = (384, 576)
_AT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)


def longest_slip() -> Slip:
    """Return the slip of a priority ticket for the service with the longest name."""
    office = to_office(load(sample_path(), {}))
    service = max(office.services, key=lambda one: len(one.name_vi))
    return Slip.from_dict(sample_slip(office, service, PUBLIC_URL, _AT, priority=True).model_dump())


def write_slips(out: Path) -> list[Path]:
    """Write one picture per width of paper, dot for dot as it is printed."""
    slip = longest_slip()
    files = []
    for width in WIDTHS:
        file = out / f"slip-{width}.png"
        draw(slip, width).save(file, format="PNG")
        files.append(file)
    return files
