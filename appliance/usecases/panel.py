"""What a counter's panel shows: whom it asks, and until when. Never what anybody answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appliance.domain.calendar import office_day
from appliance.domain.rating import Arming, Reason, armed_until
from appliance.storage import log, ratings, tickets
from appliance.storage.engine import Transaction
from appliance.storage.ratings import Turn
from appliance.storage.types import iso
from appliance.usecases.context import Context
from appliance.usecases.snapshots import office_head


@dataclass(frozen=True)
class Armed:
    """A panel that invites the citizen of `ticket_id` until `until`; `rated` once they pressed."""

    ticket_id: int
    label: str
    until: datetime
    rated: bool


@dataclass(frozen=True)
class PanelLight:
    """For the agent: how much longer, in real time, the lights of a panel invite."""

    counter: int
    seq: int
    left_ms: int


def armed(conn: Transaction, counter: int, now: datetime) -> Armed | None:
    """Return whom the counter's panel asks at `now`; None if nobody."""
    finish = ratings.last_finish(conn, counter, now)
    if finish is None or office_day(finish.at) != office_day(now):
        return None
    return _armed(conn, finish, now)


def armed_for(conn: Transaction, ticket_id: int, now: datetime) -> Armed | None:
    """Return whether the citizen of this ticket may rate at `now`; None if not (any more)."""
    finish = ratings.finish_of(conn, ticket_id)
    return None if finish is None else _armed(conn, finish, now)


def is_rated(conn: Transaction, ticket_id: int) -> bool:
    """Return whether a press for this ticket counts; not which."""
    return ratings.counted(conn, ticket_id) is not None


def snapshot(ctx: Context, counter: int) -> tuple[int, dict[str, Any]]:
    """Return the log's position and the state of the counter's panel, see `protocol.live`."""
    with ctx.db.read() as conn:
        asked = armed(conn, counter, ctx.clock.now())
        state = {
            "office": office_head(ctx.office),
            "counter": counter,
            "scale": ctx.office.rating.scale,
            "levels": [level.value for level in ctx.office.rating.levels],
            "reasons": [reason.value for reason in Reason],
            "armed": None
            if asked is None
            else {
                "ticket": asked.ticket_id,
                "label": asked.label,
                "until": iso(asked.until),
                "rated": asked.rated,
            },
        }
        return log.head(conn), state


def lights(ctx: Context, conn: Transaction, agent: str, after: int) -> list[PanelLight]:
    """Return the panels of this agent that something happened to after `after`."""
    now = ctx.clock.now()
    second = ctx.clock.real_to_domain(1_000)
    found = []
    for panel in ctx.office.rating.panels:
        seq = ratings.last_seq(conn, panel.counter) if panel.agent == agent else 0
        if seq > after:
            asked = armed(conn, panel.counter, now)
            left = timedelta() if asked is None else asked.until - now
            found.append(PanelLight(panel.counter, seq, int(left / second * 1_000)))
    return found


def _armed(conn: Transaction, finish: Turn, now: datetime) -> Armed | None:
    arming = Arming(finish.at, ratings.call_after(conn, finish, now))
    first = ratings.first_fit(conn, finish.ticket_id)
    until = armed_until(arming, first)
    if now < finish.at or now >= until:
        return None
    ticket = tickets.get(conn, finish.ticket_id)
    assert ticket is not None, "a foreign key holds it"
    return Armed(ticket.id, ticket.label, until, rated=first is not None)
