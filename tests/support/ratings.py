"""Tickets that are served, and presses for them, straight through the use cases."""

from __future__ import annotations

import itertools
from typing import Any

from appliance.domain.rating import Level, Via
from appliance.usecases.call_next import call_next
from appliance.usecases.context import Context
from appliance.usecases.finish import finish
from appliance.usecases.rate import Asked, Rated, rate
from tests.support.numbers import take_number

SERVICES = {1: "ho-tich", 2: "chung-thuc", 3: "dat-dai", 4: "bao-tro"}
_ids = itertools.count(1)


def fresh() -> str:
    """Return a request id that no test used before."""
    return f"rating-test-{next(_ids):06d}"


def take(ctx: Context, counter: int) -> int:
    """Take a number that this counter alone is asked for here; return the ticket's id."""
    return take_number(ctx, fresh(), SERVICES[counter]).ticket.id


def call(ctx: Context, counter: int) -> None:
    """Call the next number to the counter."""
    assert call_next(ctx, counter, request_id=fresh(), actor="staff:lan").ticket is not None


def end(ctx: Context, counter: int) -> int:
    """Finish what is open at the counter; return the ticket's id."""
    done = finish(ctx, counter, request_id=fresh(), actor="staff:lan")
    assert done.ticket is not None
    return done.ticket.id


def served(ctx: Context, counter: int = 1) -> int:
    """Serve one citizen from first to last; return the ticket's id."""
    take(ctx, counter)
    call(ctx, counter)
    return end(ctx, counter)


def press(ctx: Context, counter: int = 1, level: str = "hai_long", **more: Any) -> Rated:
    """Press on the counter's tablet, unless told otherwise."""
    more.setdefault("request_id", fresh())
    asked = Asked(counter, Level(level), more.pop("via", Via.PAGE), **more)
    return rate(ctx, asked, actor=f"panel:{counter}")
