"""A panel's button was pushed: a rating, whatever its age."""

from __future__ import annotations

from appliance.domain.rating import Level, Rule, Via
from appliance.errors import Invalid
from appliance.protocol.agent import PressRow, RowResult
from appliance.usecases.context import Context
from appliance.usecases.rate import Asked, rate

# To the citizen these are one and the same: they were heard.
_HEARD = frozenset({Rule.COUNTED, Rule.SUPERSEDED, Rule.REPEAT})


def rate_by_pin(ctx: Context, row: PressRow, *, actor: str) -> RowResult:
    """Return what became of the press: "done" within the window, else "refused" with the rule.

    It is stored either way. Raises what `rate` raises, and Invalid("bad_field").
    """
    if row.counter is None or row.level is None:
        raise Invalid("bad_field", field="level", problem="missing")
    asked = Asked(
        counter=row.counter,
        level=Level(row.level),
        via=Via.PIN,
        request_id=row.request_id,
        age_ms=row.age_ms,
        right_panel=ctx.office.rating.owns(actor.removeprefix("agent:"), row.counter),
    )
    rule = rate(ctx, asked, actor=actor).rule
    if rule in _HEARD:
        return RowResult(outcome="done", code="" if rule is Rule.COUNTED else rule.value)
    return RowResult(outcome="refused", code=rule.value)
