"""A button was pushed somewhere: do what it asks, once, or store why not."""

from __future__ import annotations

from typing import Any

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
from appliance.storage.engine import Transaction
from appliance.storage.log import LogRow
from appliance.usecases.at_counter import Outcome
from appliance.usecases.call_next import call_next
from appliance.usecases.context import Context
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.rate_by_pin import rate_by_pin
from appliance.usecases.recall import recall
from appliance.usecases.repeats import require_same, require_verb
from appliance.usecases.slip_jobs import no_printer
from appliance.usecases.tell import tell

# The event that each press leaves when it is done; a call of nobody may end a service alone.
_DONE = {
    PressKind.ISSUE: (TicketIssued.type,),
    PressKind.CALL: (TicketCalled.type, TicketFinished.type),
    PressKind.RECALL: (TicketRecalled.type,),
    PressKind.FINISH: (TicketFinished.type,),
}
_COUNTER_VERBS = {
    PressKind.CALL: call_next,
    PressKind.RECALL: recall,
    PressKind.FINISH: finish,
}


def handle_press(ctx: Context, row: PressRow, *, actor: str) -> RowResult:
    """Return what became of the press. Every press leaves exactly one event with its id.

    1. Known id: the first outcome again ("repeat" if it was done), refused with
       "request_reused" if another press had it.
    2. Too old, or of unknown age: `press.expired`, nothing else. A rating never expires: it is
       judged by the time at which it was made.
    3. The verb. A refusal of the rules is stored as `press.refused`.

    A call press with nobody waiting is refused with "nobody_waiting"; one that was made before the
    open ticket was called, or within 3 s of it, with "called_just_now".
    """
    known = _outcome_of(ctx, row)
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


def _require_slip(ctx: Context, name: str) -> None:
    """Refuse a number that nobody would ever see: no screen, and no printer that may print."""
    kiosk = ctx.office.kiosk(name)
    if kiosk.screen or kiosk.printer is None:
        return
    with ctx.db.read() as conn:
        if no_printer(conn, ctx.office, kiosk.printer):
            raise Refused("printer_bad_no_screen")


def _outcome_of(ctx: Context, row: PressRow) -> RowResult | None:
    with ctx.db.read() as conn:
        return _known(conn, row)


def _known(conn: Transaction, row: PressRow) -> RowResult | None:
    event = log.of_request(conn, row.request_id)
    if event is None or event.type == RatingPressed.type:
        return None  # a rating finds its own repetition
    try:
        return _first_outcome(event, row)
    except Refused as exc:
        return RowResult(outcome="refused", code=exc.key)


def _first_outcome(event: LogRow, row: PressRow) -> RowResult:
    """Return what became of the press at first; raises Refused("request_reused")."""
    if event.type in (PressExpired.type, PressRefused.type):
        require_same(event, press=row.press, button=row.button)
        if event.type == PressExpired.type:
            return RowResult(outcome="expired", code="press_expired")
        return RowResult(outcome="refused", code=event.payload["code"])
    kind = PressKind(row.press)
    if event.type not in _DONE.get(kind, ()):
        raise Refused("request_reused")
    if kind is PressKind.ISSUE:
        require_same(event, kiosk=row.kiosk)
        if event.payload["ticket"]["service"] != row.service:
            raise Refused("request_reused")
    else:
        require_same(event, counter=row.counter)
    if event.type == TicketFinished.type:
        require_verb(event, "finish" if kind is PressKind.FINISH else "call_next")
    return RowResult(outcome="repeat", label=event.payload["ticket"]["label"])


def _do(ctx: Context, row: PressRow, actor: str) -> str:
    kind = PressKind(row.press)
    if kind is PressKind.ISSUE:
        if row.service is None or row.kiosk is None:
            raise Invalid("bad_field", field="service", problem="missing")
        _require_slip(ctx, row.kiosk)
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
    more: dict[str, Any] = {}
    if kind is PressKind.CALL:
        # A button sees no counter: pushed before a call or right after it, it meant that call.
        more["hold"] = ctx.clock.real_to_domain((row.age_ms or 0) + rules.REPEAT_MS)
    outcome: Outcome = _COUNTER_VERBS[kind](
        ctx, row.counter, request_id=row.request_id, actor=actor, **more
    )
    shown = outcome.ticket or outcome.finished
    if shown is None:
        raise Refused("nobody_waiting", counter=row.counter)
    return shown.label


def _expire(ctx: Context, row: PressRow, actor: str) -> RowResult:
    with ctx.db.write() as conn:
        if (known := _known(conn, row)) is not None:
            return known  # an agent that gave up waiting sent it again meanwhile
        event = PressExpired(press=row.press, button=row.button, age_ms=row.age_ms)
        tell(conn, ctx.clock.now(), event, actor=actor, request_id=row.request_id)
    return RowResult(outcome="expired", code="press_expired")


def _refuse(ctx: Context, row: PressRow, exc: MoisoError, actor: str) -> RowResult:
    if exc.key == "request_reused":
        return RowResult(outcome="refused", code=exc.key)
    with ctx.db.write() as conn:
        if (known := _known(conn, row)) is not None:
            return known
        event = PressRefused(press=row.press, button=row.button, kiosk=row.kiosk, code=exc.key)
        tell(conn, ctx.clock.now(), event, actor=actor, request_id=row.request_id)
    return RowResult(outcome="refused", code=exc.key)
