import sqlite3

import pytest
from sqlalchemy import Engine, event

from appliance.domain.paper import PaperState
from appliance.storage.audit import audit
from appliance.usecases.call_next import call_next
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.mirror_print import mirror_print


@pytest.fixture
def worked(ctx, fresh_id):
    """A database after some work, closed; the tests then spoil it behind its back."""
    for service in ("ho-tich", "ho-tich", "chung-thuc", "ho-tich"):
        issue(
            ctx,
            service,
            priority=False,
            kiosk="kiosk-1",
            request_id=fresh_id(),
            actor="kiosk:kiosk-1",
        )
    call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    finish(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    call_next(ctx, 1, request_id=fresh_id(), actor="staff:lan")
    mirror_print(ctx, 1, PaperState.PRINTED, rev=1, reason="", actor="agent:main")
    ctx.db.close()
    return ctx.db.path


def spoil(path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_sound_database_has_counts_and_no_problems(worked):
    found = audit(worked)
    assert found.problems == []
    assert found.counts["tickets"] == 4
    assert found.counts["tickets waiting"] == 2
    assert found.counts["slips printed"] == 1
    assert found.counts["slips queued"] == 3


def test_the_audit_cannot_write(worked):
    """Whatever it asks: a write through its own connection is refused."""
    refused = []

    def write(_conn, cursor, *_more):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            cursor.connection.execute("DELETE FROM print_jobs")
        refused.append(True)

    event.listen(Engine, "before_cursor_execute", write)
    try:
        found = audit(worked)
    finally:
        event.remove(Engine, "before_cursor_execute", write)
    assert len(refused) > 5
    assert found.problems == []
    assert found.counts["slips"] == 4


SPOILS = {
    "a deleted event": ("DELETE FROM events WHERE seq = 3", "seq 3 to 3 is missing"),
    "an event that was edited": (
        "UPDATE events SET payload = replace(payload, '1001', '1009') WHERE seq = 2",
        "hash chain breaks at seq 2",
    ),
    "an actor that was edited": (
        "UPDATE events SET actor = 'staff:hoa' WHERE seq = 2",
        "hash chain breaks at seq 2",
    ),
    "an event that is no JSON": (
        "UPDATE events SET payload = 'x' WHERE seq = 2",
        "seq 2 holds no JSON",
    ),
    "an event of a type that nobody knows": (
        "UPDATE events SET type = 'ticket.vanished' WHERE type = 'ticket.called'",
        "has the unknown type ticket.vanished",
    ),
    "a log that was cut short": (
        "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
        "log_head",
    ),
    "a state that no event led to": (
        "UPDATE tickets SET state = 'cancelled' WHERE id = 4",
        "4 (1003) is cancelled, the log says waiting",
    ),
    "a ticket that vanished": (
        "DELETE FROM tickets WHERE id = 3",
        "3 was issued by the log but is not there",
    ),
    "a number that was skipped": (
        "UPDATE tickets SET number = 9 WHERE id = 4",
        "numbers are missing",
    ),
    "a head that would give a number again": (
        "UPDATE series_heads SET number = 2 WHERE series = '1'",
        "the head of the series is not 3",
    ),
    "a slip that the log does not know so": (
        "UPDATE print_jobs SET state = 'printed' WHERE id = 2",
        "2 is printed, the log says queued",
    ),
}


@pytest.mark.parametrize("name", SPOILS)
def test_the_audit_finds(worked, name):
    statement, expected = SPOILS[name]
    spoil(worked, "PRAGMA foreign_keys=OFF", statement)
    assert any(expected in problem for problem in audit(worked).problems), audit(worked).problems


def test_the_audit_finds_a_number_given_twice_even_without_the_index(worked):
    connection = sqlite3.connect(worked)
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'tickets'").fetchone()[0]
    loose = sql.replace('"tickets"', "loose").replace("TABLE tickets", "TABLE loose")
    loose = loose.replace(
        "CONSTRAINT uq_tickets_day_series_number UNIQUE (day, series, number),", ""
    )
    assert "uq_tickets_day_series_number" not in loose
    connection.execute(loose)
    connection.execute("INSERT INTO loose SELECT * FROM tickets")
    connection.execute("DROP TABLE tickets")
    connection.execute("ALTER TABLE loose RENAME TO tickets")
    connection.execute("UPDATE tickets SET number = 2 WHERE id = 4")
    connection.commit()
    connection.close()
    assert any("given twice" in problem for problem in audit(worked).problems)
