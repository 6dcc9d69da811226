"""Store what a citizen pressed: always, with the facts by which the rules judge it for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain import rating
from appliance.domain.calendar import office_day
from appliance.domain.office import Counter, Office
from appliance.domain.rating import NEGATIVE, Level, Reason, Rule, Via
from appliance.domain.ticket import Ticket
from appliance.errors import Invalid, NotFound, Refused
from appliance.protocol.events import RatingPressed, RatingReasoned
from appliance.storage import ratings, tickets
from appliance.storage.engine import Transaction
from appliance.storage.log import LogRow
from appliance.storage.ratings import Stored, Turn
from appliance.storage.types import iso
from appliance.usecases.context import Context
from appliance.usecases.repeats import earlier, require_same
from appliance.usecases.tell import tell


@dataclass(frozen=True)
class Asked:
    """A press as it came: `age_ms` real milliseconds ago, None if nobody knows.

    More than 30 days count as unknown.

    `ticket_id` is set where the screen showed for whom it asked; buttons cannot know it.
    `right_panel` is whether the panel may speak for the counter.
    """

    counter: int
    level: Level
    via: Via
    request_id: str
    age_ms: int | None = 0
    ticket_id: int | None = None
    right_panel: bool = True


@dataclass(frozen=True)
class Rated:
    """What the rules make of a press as things stand now; a later press may still replace it."""

    rule: Rule
    ticket_id: int | None
    repeated: bool


def rate(ctx: Context, asked: Asked, *, actor: str) -> Rated:
    """Return what became of a press; the same request again is the same press.

    One write transaction: the ticket that was meant → the facts → row → event. Raises
    NotFound("unknown_counter"), Invalid("bad_field") for a level that the office does not ask
    for, Refused("request_reused").
    """
    desk = ctx.office.counter(asked.counter)
    counter = desk.number
    policy = ctx.office.rating
    if asked.level not in policy.levels:
        raise Invalid("bad_field", field="level", problem=policy.scale)
    with ctx.db.write() as conn:
        row = earlier(conn, asked.request_id, (RatingPressed.type,))
        if row is not None:
            _require_same_press(row, asked, counter)
            known = ratings.by_request(conn, asked.request_id)
            assert known is not None, "row and event were written together"
            return Rated(ratings.rule_of(conn, known), known.ticket_id, repeated=True)
        now = ctx.clock.now()
        age_ms = rating.known_age_ms(asked.age_ms)
        pressed = None if age_ms is None else now - ctx.clock.real_to_domain(age_ms)
        finish = None if pressed is None else _meant(conn, asked, pressed)
        ticket = None if finish is None else tickets.get(conn, finish.ticket_id)
        next_call = None
        if finish is not None and pressed is not None:
            next_call = ratings.call_after(conn, finish, pressed)
        elsewhere = finish is not None and finish.counter != counter
        event = RatingPressed(
            counter=counter,
            level=asked.level.value,
            scale=policy.scale,
            via=asked.via.value,
            ticket_id=None if finish is None else finish.ticket_id,
            day=_day(ticket, pressed or now).isoformat(),
            pressed_at=_text(pressed),
            received_at=iso(now),
            right_panel=asked.right_panel and not elsewhere,
            at_work=pressed is None or _at_work(ctx.office, desk, ticket, pressed),
            finished_at=None if finish is None else iso(finish.at),
            next_called_at=_text(next_call),
        )
        seq = tell(conn, now, event, actor=actor, request_id=asked.request_id)
        ratings.add_press(
            conn,
            seq=seq,
            request_id=asked.request_id,
            ticket_id=event.ticket_id,
            counter=counter,
            level=event.level,
            scale=event.scale,
            day=date.fromisoformat(event.day),
            pressed_at=pressed,
            received_at=now,
            via=event.via,
            right_panel=event.right_panel,
            at_work=event.at_work,
            finished_at=None if finish is None else finish.at,
            next_called_at=next_call,
        )
        new = ratings.by_request(conn, asked.request_id)
        assert new is not None, "just written"
        return Rated(ratings.rule_of(conn, new), new.ticket_id, repeated=False)


def give_reasons(
    ctx: Context,
    press: str,
    reasons: tuple[Reason, ...],
    *,
    via: Via,
    owner: int,
    request_id: str,
    actor: str,
) -> None:
    """Store why somebody was dissatisfied, as a row of its own; a repeated request does nothing.

    `owner` is the panel's counter, or the phone's ticket. Raises NotFound("unknown_rating"),
    Refused("no_reasons_asked" | "reasons_given" | "request_reused").
    """
    with ctx.db.write() as conn:
        words = tuple(reason.value for reason in dict.fromkeys(reasons))
        row = earlier(conn, request_id, (RatingReasoned.type,))
        if row is not None:
            require_same(row, press=press, reasons=list(words))
            return
        stored = ratings.by_request(conn, press)
        if stored is None or not _is_of(stored, via, owner):
            raise NotFound("unknown_rating")
        if stored.level not in NEGATIVE:
            raise Refused("no_reasons_asked")
        if ratings.has_reasons(conn, stored.press.id):
            raise Refused("reasons_given")
        now = ctx.clock.now()
        event = RatingReasoned(press=press, counter=stored.counter, reasons=words)
        seq = tell(conn, now, event, actor=actor, request_id=request_id)
        ratings.add_reasons(
            conn,
            seq=seq,
            request_id=request_id,
            press_id=stored.press.id,
            reasons=words,
            given_at=now,
        )


def _require_same_press(row: LogRow, asked: Asked, counter: int) -> None:
    """Raise Refused("request_reused") if the id was used for another press.

    The age grows from one try to the next; a screen's ticket may be one that was never served.
    """
    require_same(row, counter=counter, level=asked.level.value, via=asked.via.value)
    if asked.ticket_id is not None and row.payload["ticket_id"] is not None:
        require_same(row, ticket_id=asked.ticket_id)


def _meant(conn: Transaction, asked: Asked, pressed: datetime) -> Turn | None:
    """Return the finish of the ticket that a press was made for.

    Buttons mean the ticket that was last finished at their counter on that day.
    """
    if asked.ticket_id is not None:
        return ratings.finish_of(conn, asked.ticket_id)
    finish = ratings.last_finish(conn, asked.counter, pressed)
    if finish is None or office_day(finish.at) != office_day(pressed):
        return None
    return finish


def _at_work(office: Office, counter: Counter, ticket: Ticket | None, at: datetime) -> bool:
    """Return whether the ticket's service was at work; without one, any of the counter's."""
    codes = counter.services if ticket is None else (ticket.service,)
    grace = office.rating.closing_grace
    return any(rating.at_work(office.hours_of(code), at, grace) for code in codes)


def _day(ticket: Ticket | None, at: datetime) -> date:
    """Return the business day of the ticket, which a clock that went back does not change."""
    return office_day(at) if ticket is None else ticket.day


def _is_of(stored: Stored, via: Via, owner: int) -> bool:
    owned = stored.ticket_id if via is Via.PHONE else stored.counter
    return stored.via == via.value and owned == owner


def _text(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
