"""Tell how long a waiting citizen will probably wait."""

from __future__ import annotations

import json
from datetime import date, datetime

from appliance.domain.office import Office
from appliance.domain.ticket import Ticket
from appliance.domain.waiting import (
    AT_WORK_S,
    LATEST,
    Desk,
    Queued,
    forecast,
    told,
    usual_s,
)
from appliance.protocol.events import WaitBody
from appliance.storage import forecast as rows
from appliance.storage.engine import Transaction
from appliance.usecases.context import Context


def expect_wait(conn: Transaction, ctx: Context, ticket: Ticket, now: datetime) -> WaitBody | None:
    """Return the range in which `ticket`, which waits, is probably called; None if unknown.

    1. The counters at work that share, directly or through others, the ticket's service.
    2. Who waits for them, and how long their services took lately.
    3. `domain.waiting` plays that forward.
    """
    desks = _desks(conn, ctx.office, ticket, now)
    codes = {code for desk in desks for code in desk.services}
    if ticket.service not in codes:
        return None
    queue = [
        Queued(row.id, row.service, row.priority, max(0.0, (now - row.issued_at).total_seconds()))
        for row in rows.queue(conn, ticket.day, sorted(codes))
    ]
    own_s = _usual_s(conn, ticket.day, ticket.service)
    if own_s is None:
        return None
    needed = {one.service for one in queue} | {d.busy_with for d in desks if d.busy_with}
    usual = {ticket.service: own_s}
    for code in needed - {ticket.service}:
        # Of a service that was not served often enough nothing better is known.
        usual[code] = _usual_s(conn, ticket.day, code) or own_s
    found = forecast(ticket.id, queue, desks, usual, ctx.office.priority)
    if found is None:
        return None
    wait = told(found)
    return WaitBody(from_min=wait.from_min, to_min=wait.to_min)


def told_wait(conn: Transaction, ticket_id: int) -> WaitBody | None:
    """Return what the citizen was told when the number was given."""
    payload = rows.issue_payload(conn, ticket_id)
    found = None if payload is None else json.loads(payload).get("wait")
    return None if found is None else WaitBody.model_validate(found)


def _desks(conn: Transaction, office: Office, ticket: Ticket, now: datetime) -> list[Desk]:
    """Return the counters at work that are tied to the ticket's service, itself or by others."""
    at_work = [
        counter
        for counter in office.counters
        if (last := rows.last_turn(conn, counter.number)) is not None
        and (now - last).total_seconds() <= AT_WORK_S
    ]
    codes = {ticket.service}
    while more := {
        code for c in at_work if codes & set(c.services) for code in c.services if code not in codes
    }:
        codes |= more
    busy = {row.counter: row for row in rows.at_counters(conn, ticket.day)}
    return [
        Desk(counter.services)
        if (open_now := busy.get(counter.number)) is None
        else Desk(
            counter.services,
            open_now.service,
            max(0.0, (now - open_now.called_at).total_seconds()),
        )
        for counter in at_work
        if codes & set(counter.services)
    ]


def _usual_s(conn: Transaction, day: date, service: str) -> float | None:
    today = rows.service_times_s(conn, day, service, LATEST)
    earlier: list[float] = []
    if len(today) < LATEST and (before := rows.day_before(conn, day)) is not None:
        earlier = rows.service_times_s(conn, before, service, LATEST - len(today))
    return usual_s(today, earlier)
