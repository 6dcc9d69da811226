"""Tell how long a waiting citizen will probably wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from appliance.domain.office import Counter, Office, PriorityPolicy
from appliance.domain.ticket import Ticket, waits_since
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
from appliance.storage import tickets
from appliance.storage.engine import Transaction
from appliance.usecases.context import Context


def expect_wait(conn: Transaction, ctx: Context, ticket: Ticket, now: datetime) -> WaitBody | None:
    """Return the range in which `ticket`, which waits, is probably called; None if unknown.

    1. The counters at work that share, directly or through others, the ticket's service.
    2. Who waits for them, and how long their services took lately.
    3. `domain.waiting` plays that forward.
    """
    policy = ctx.office.priority
    desks = desks_of(conn, ctx.office, ticket, now)
    codes = {code for desk in desks for code in desk.services}
    if ticket.service not in codes:
        return None
    waiting = rows.queue(conn, ticket.day, sorted(codes))
    queue = [
        Queued(row.id, row.service, row.priority, max(0.0, (now - row.issued_at).total_seconds()))
        for row in waiting
    ]
    needed = {one.service for one in queue} | {d.busy_with for d in desks if d.busy_with}
    known = _usual_s(conn, ticket.day, sorted(needed))
    own_s = known.get(ticket.service)
    if own_s is None:
        return None
    # Of a service that was not served often enough nothing better is known than one's own time.
    usual = {code: known.get(code, own_s) for code in needed}
    runs = {s: _priority_run(conn, waiting, s, policy) for s in {desk.services for desk in desks}}
    desks = [replace(desk, priority_run=runs[desk.services]) for desk in desks]
    found = forecast(ticket.id, queue, desks, usual, policy)
    if found is None:
        return None
    wait = told(found)
    return WaitBody(from_min=wait.from_min, to_min=wait.to_min)


def told_wait(conn: Transaction, ticket_id: int) -> WaitBody | None:
    """Return what the citizen was told when the number was given."""
    payload = rows.issue_payload(conn, ticket_id)
    found = None if payload is None else json.loads(payload).get("wait")
    return None if found is None else WaitBody.model_validate(found)


def desks_of(conn: Transaction, office: Office, ticket: Ticket, now: datetime) -> list[Desk]:
    """Return the counters at work that are tied to the ticket's service, itself or by others."""
    turns = rows.last_turns(conn, ticket.day, len(office.counters))
    busy = {row.counter: row for row in rows.at_counters(conn, ticket.day)}
    turns |= {counter: row.called_at for counter, row in busy.items() if counter not in turns}
    at_work = [
        counter
        for counter in office.counters
        if (last := turns.get(counter.number)) is not None
        and (now - last).total_seconds() <= AT_WORK_S
    ]
    codes = {ticket.service}
    while more := {
        code for c in at_work if codes & set(c.services) for code in c.services if code not in codes
    }:
        codes |= more
    return [
        _desk(counter, busy.get(counter.number), now)
        for counter in at_work
        if codes & set(counter.services)
    ]


def _desk(counter: Counter, serves: rows.OpenRow | None, now: datetime) -> Desk:
    if serves is None:
        return Desk(counter.services)
    busy_s = max(0.0, (now - serves.called_at).total_seconds())
    return Desk(counter.services, serves.service, busy_s)


def _priority_run(
    conn: Transaction,
    waiting: Sequence[rows.WaitingRow],
    services: tuple[str, ...],
    policy: PriorityPolicy,
) -> int:
    """Return the run of priority calls that a counter with these services would find now."""
    mine = [row for row in waiting if row.service in services]
    normal = next((row for row in mine if not row.priority), None)
    if normal is None or not any(row.priority for row in mine):
        return 0
    since = waits_since(normal.position, normal.moved_seq)
    return tickets.priority_run(conn, services, since, policy.run)


def _usual_s(conn: Transaction, day: date, services: list[str]) -> dict[str, float]:
    """Return how long these services usually take; those served too seldom are left out."""
    today = rows.service_times_s(conn, day, services, LATEST)
    young = [code for code in services if len(today.get(code, ())) < LATEST]
    before = rows.day_before(conn, day) if young else None
    earlier = {} if before is None else rows.service_times_s(conn, before, young, LATEST)
    found = {}
    for code in services:
        latest = today.get(code, [])
        took_s = usual_s(latest, earlier.get(code, [])[: LATEST - len(latest)])
        if took_s is not None:
            found[code] = took_s
    return found
