"""What a board's voice owes: the last call of each ticket still called, nothing it has played."""

from __future__ import annotations

import pytest

from appliance.storage import log
from appliance.usecases import snapshots
from appliance.usecases.call_next import call_next
from appliance.usecases.issue import issue
from appliance.usecases.recall import recall
from appliance.usecases.serve import serve
from display import unspoken
from display.unspoken import CallMemory


@pytest.fixture
def memory():
    return CallMemory()


@pytest.fixture
def call(ctx, memory, fresh_id):
    """Issue a ticket and call it; the memory is told as by the publisher."""

    def do(counter: int, service: str) -> int:
        issue(ctx, service, priority=False, kiosk=None, request_id=fresh_id(), actor="test")
        call_next(ctx, counter, request_id=fresh_id(), actor="test")
        return note(ctx, memory)

    owed(ctx, memory)  # the board has a voice from now on
    return do


def note(ctx, memory) -> int:
    with ctx.db.read() as conn:
        row = log.after(conn, log.head(conn) - 1)[-1]
    memory.note(row)
    return int(row.seq)


def owed(ctx, memory, coming=()) -> list[int]:
    _seq, state = snapshots.board(ctx, "main")
    return [call["seq"] for call in memory.owed("main", state, coming)]


def test_calls_are_owed_in_order_until_they_were_played(ctx, memory, call):
    first, second = call(1, "ho-tich"), call(3, "dat-dai")
    assert owed(ctx, memory) == [first, second]
    memory.played("main", first)
    assert owed(ctx, memory) == [second]
    memory.played("other", second)
    assert owed(ctx, memory) == [second], "another board's voice is not this one's"


def test_of_two_calls_of_a_ticket_the_last_one_is_owed(ctx, memory, call, fresh_id):
    call(1, "ho-tich")
    recall(ctx, 1, request_id=fresh_id(), actor="test")
    again = note(ctx, memory)
    assert owed(ctx, memory) == [again]


def test_a_citizen_who_has_come_is_not_called_any_more(ctx, memory, call, fresh_id):
    call(1, "ho-tich")
    serve(ctx, 1, request_id=fresh_id(), actor="test")
    assert owed(ctx, memory) == []


def test_old_calls_are_not_owed(ctx, memory, call, monkeypatch):
    call(1, "ho-tich")
    monkeypatch.setattr(unspoken, "OWED_S", -1.0)
    assert owed(ctx, memory) == []


def test_calls_from_before_the_first_voice_are_not_owed(ctx, memory, fresh_id):
    issue(ctx, "ho-tich", priority=False, kiosk=None, request_id=fresh_id(), actor="test")
    call_next(ctx, 1, request_id=fresh_id(), actor="test")
    note(ctx, memory)
    assert owed(ctx, memory) == []


def test_a_call_that_the_publisher_has_not_reached_is_owed(ctx, memory, call, fresh_id):
    issue(ctx, "ho-tich", priority=False, kiosk=None, request_id=fresh_id(), actor="test")
    call_next(ctx, 1, request_id=fresh_id(), actor="test")
    with ctx.db.read() as conn:
        rows = log.after(conn, 0)
    assert owed(ctx, memory, rows) == [rows[-1].seq]
