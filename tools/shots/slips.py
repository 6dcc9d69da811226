"""The slips as pictures, with the longest names that the office has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from appliance.config import load, sample_path
from appliance.config.office import to_office
from appliance.domain.ticket import Ticket, TicketState
from display.slips import slip_of
from printer.layout import draw
from printer.slip import Slip
from tools.shots.life import PUBLIC_URL

WIDTHS = (384, 576)
_AT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)


def longest_slip() -> Slip:
    """Return the slip of a priority ticket for the service with the longest name."""
    office = to_office(load(sample_path(), {}))
    service = max(office.services, key=lambda one: len(one.name_vi))
    ticket = Ticket(
        id=1,
        token="0123456789abcdef",  # noqa: S106 - as long as a real one
        day=_AT.date(),
        series=service.series.prefix,
        number=188,
        label=service.series.label(188),
        service=service.code,
        priority=True,
        state=TicketState.WAITING,
        counter=None,
        position=1,
        moved_seq=0,
        ahead=88,
        calls=0,
        called_seq=None,
        origin="kiosk:kiosk-1",
        issued_at=_AT,
    )
    return Slip.from_dict(slip_of(ticket, office, PUBLIC_URL).model_dump())


def write_slips(out: Path) -> list[Path]:
    """Write one picture per width of paper, dot for dot as it is printed."""
    slip = longest_slip()
    files = []
    for width in WIDTHS:
        file = out / f"slip-{width}.png"
        draw(slip, width).save(file, format="PNG")
        files.append(file)
    return files
