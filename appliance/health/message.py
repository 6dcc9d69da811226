"""The verdicts as the message that pages and programs are told."""

from __future__ import annotations

from datetime import datetime

from appliance.health.verdicts import Line, overall
from appliance.protocol.status import Ratings, Status, StatusLine, StatusSlip, StatusSummary, Today
from appliance.storage.types import iso


def status_of(
    lines: list[Line],
    at: datetime,
    today: Today | None,
    ratings: tuple[Ratings, ...] | None = None,
    unprinted: tuple[StatusSlip, ...] = (),
) -> Status:
    """Return the message for a page or a program."""
    return Status(
        at=iso(at),
        summary=StatusSummary(
            state=overall(lines), attention=sum(line.needs_attention for line in lines)
        ),
        lines=tuple(
            StatusLine(
                part=line.part,
                kind=line.kind,
                name=line.name,
                state=line.state,
                since=None if line.since is None else iso(line.since),
                causes=line.causes,
                count=line.count,
                attention=line.needs_attention,
                paper=line.paper,
                standby=line.standby,
            )
            for line in lines
        ),
        today=today,
        unprinted=unprinted,
        ratings=ratings,
    )
