"""A button was pushed somewhere: do what it asks, once, or store why not."""

from __future__ import annotations

from appliance.domain import press as rules
from appliance.domain.press import PressKind
from appliance.errors import Invalid, MoisoError, NotFound, Refused
from appliance.protocol.agent import PressRow, RowResult
from appliance.protocol.events import (
    PressExpired,
    PressRefused,
    RatingPressed,
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketRecalled,
)
from appliance.storage import log
from appliance.usecases.at_counter import Outcome
from appliance.usecases.call_next import call_next
from appliance.usecases.context import Context
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.rate_by_pin import rate_by_pin
from appliance.usecases.recall import recall
from appliance.usecases.tell import tell

_DONE = {TicketIssued.type, TicketCalled.type, TicketRecalled.type, TicketFinished.type}
_COUNTER_VERBS = {
    PressKind.CALL: call_next,
    PressKind.RECALL: recall,
    PressKind.FINISH: finish,
}


def handle_press(ctx: Context, row: PressRow, *, actor: str) -> RowResult:
    """Return what became of the press. Every press leaves exactly one event with its id.

    1. Known id: the first outcome again ("repeat" if it was done).
    2. Too old, or of unknown age: `press.expired`, nothing else. A rating never expires: it is
       judged by the time at which it was made.
    3. The verb. A refusal of the rules is stored as `press.refused`.

    A call press with nobody waiting is refused with "nobody_waiting".
    """
    known = _outcome_of(ctx, row.request_id)
    if known is not None:
        return known
    is_rating = PressKind(row.press) is PressKind.RATE
    if not is_rating and rules.expired(row.age_ms):
        return _expire(ctx, row, actor)
    try:
        if is_rating:
            return rate_by_pin(ctx, row, actor=actor)
        label = _do(ctx, row, actor)
    except (Refused, NotFound, Invalid) as exc:
        return _refuse(ctx, row, exc, actor)
    return RowResult(outcome="done", label=label)


def _outcome_of(ctx: Context, request_id: str) -> RowResult | None:
    with ctx.db.read() as conn:
        event = log.of_request(conn, request_id)
    if event is None or event.type == RatingPressed.type:
        return None  # a rating finds its own repetition
    if event.type in _DONE:
        return RowResult(outcome="repeat", label=event.payload["ticket"]["label"])
    if event.type == PressExpired.type:
        return RowResult(outcome="expired", code="press_expired")
    if event.type == PressRefused.type:
        return RowResult(outcome="refused", code=event.payload["code"])
    return RowResult(outcome="refused", code="request_reused")


def _do(ctx: Context, row: PressRow, actor: str) -> str:
    kind = PressKind(row.press)
    if kind is PressKind.ISSUE:
        if row.service is None or row.kiosk is None:
            raise Invalid("bad_field", field="service", problem="missing")
        issued = issue(
            ctx,
            row.service,
            priority=False,
            kiosk=row.kiosk,
            request_id=row.request_id,
            actor=actor,
        )
        return issued.ticket.label
    if row.counter is None:
        raise Invalid("bad_field", field="counter", problem="missing")
    outcome: Outcome = _COUNTER_VERBS[kind](
        ctx, row.counter, request_id=row.request_id, actor=actor
    )
    shown = outcome.ticket or outcome.finished
    if shown is None:
        raise Refused("nobody_waiting", counter=row.counter)
    return shown.label


def _expire(ctx: Context, row: PressRow, actor: str) -> RowResult:
    with ctx.db.write() as conn:
        event = PressExpired(press=row.press, button=row.button, age_ms=row.age_ms)
        tell(conn, ctx.clock.now(), event, actor=actor, request_id=row.request_id)
    return RowResult(outcome="expired", code="press_expired")


def _refuse(ctx: Context, row: PressRow, exc: MoisoError, actor: str) -> RowResult:
    if exc.key == "request_reused":
        return RowResult(outcome="refused", code=exc.key)
    with ctx.db.write() as conn:
        event = PressRefused(press=row.press, button=row.button, kiosk=row.kiosk, code=exc.key)
        tell(conn, ctx.clock.now(), event, actor=actor, request_id=row.request_id)
    return RowResult(outcome="refused", code=exc.key)
