"""The audit proves the ratings, and finds what somebody changed behind its back."""

import sqlite3

import pytest

from appliance.domain.rating import Reason, Via
from appliance.storage.audit import audit
from appliance.storage.migrate import upgrade
from appliance.usecases.rate import give_reasons
from tests.support.ratings import call, end, press, served, take


@pytest.fixture
def rated(ctx, clock):
    """Three served tickets with presses of every kind, closed; the tests then spoil it."""
    served(ctx, 1)
    clock.pass_s(10)
    press(ctx, level="khong_hai_long", request_id="press-0001")
    give_reasons(
        ctx,
        "press-0001",
        (Reason.OTHER,),
        via=Via.PAGE,
        owner=1,
        request_id="reason-001",
        actor="panel:1",
    )
    clock.pass_s(2)
    press(ctx, request_id="press-0002")
    clock.pass_s(30)
    press(ctx, request_id="press-0003")
    served(ctx, 2)
    press(ctx, 2, request_id="press-0004")
    press(ctx, 2, right_panel=False, request_id="press-0005")
    take(ctx, 1)
    take(ctx, 1)
    call(ctx, 1)
    end(ctx, 1)
    call(ctx, 1)
    clock.pass_s(30)
    press(ctx, request_id="press-0006")
    ctx.db.close()
    return ctx.db.path


def spoil(path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_sound_ratings_have_counts_and_no_problems(rated):
    found = audit(rated)
    assert found.problems == []
    counts = {name: n for name, n in found.counts.items() if "press" in name}
    assert counts == {
        "rating presses": 6,
        "presses counted": 2,
        "presses late": 1,
        "presses repeat": 1,
        "presses superseded": 1,
        "presses wrong_panel": 1,
    }


SPOILS = {
    "a level that was made better": (
        "UPDATE rating_presses SET level = 'rat_hai_long' WHERE id = 2",
        "2 differs from the log in level",
    ),
    "a bad rating that vanished": (
        "DELETE FROM rating_presses WHERE id = 4",
        "press-0004 was told by the log but is not there",
    ),
    "a press that nobody made": (
        (
            "INSERT INTO rating_presses SELECT 99, 99, 'press-9999', ticket_id, counter, level,"
            " scale, day, pressed_at, received_at, via, 1, 1, finished_at, next_called_at"
            " FROM rating_presses WHERE id = 4"
        ),
        "99 was never told by the log",
    ),
    "a time that was moved into the window": (
        "UPDATE rating_presses SET pressed_at = finished_at WHERE id = 6",
        "6 differs from the log in pressed_at",
    ),
    "a next call that was forgotten": (
        "UPDATE rating_presses SET next_called_at = NULL WHERE id = 6",
        "6 has a wrong next call None",
    ),
    "a wrong panel that was made right": (
        "UPDATE rating_presses SET right_panel = 1 WHERE id = 5",
        "5 differs from the log in right_panel",
    ),
    "a rating that was given to another ticket": (
        "UPDATE rating_presses SET ticket_id = 1 WHERE id = 4",
        "4 differs from the log in ticket_id",
    ),
    "a ticket that was never served": (
        "UPDATE tickets SET state = 'absent' WHERE id = 2",
        "4 counts, but ticket 2 is absent",
    ),
    "an end of service that was put off": (
        "UPDATE panel_turns SET at = '2026-11-23T09:00:00.000000Z' WHERE kind = 'finished'",
        "panel_turns:",
    ),
    "a call that vanished": (
        "DELETE FROM panel_turns WHERE seq = (SELECT max(seq) FROM panel_turns)",
        "the log says (1, 'called'",
    ),
    "reasons that were softened": (
        "UPDATE rating_reasons SET reasons = '[]' WHERE id = 1",
        "rating_reasons: 1 differs from the log",
    ),
    "reasons that vanished": (
        "DELETE FROM rating_reasons",
        "reason-001 was told by the log but is not there",
    ),
}


@pytest.mark.parametrize("name", SPOILS)
def test_the_audit_finds(rated, name):
    statement, expected = SPOILS[name]
    spoil(rated, statement)
    problems = audit(rated).problems
    assert any(expected in problem for problem in problems), problems


def test_a_database_from_before_the_ratings_learns_its_turns_from_the_log(rated):
    connection = sqlite3.connect(rated)
    before = connection.execute("SELECT * FROM panel_turns ORDER BY seq").fetchall()
    for table in ("rating_reasons", "rating_presses", "panel_turns"):
        connection.execute(f"DROP TABLE {table}")
    indexes = ("uq_print_jobs_live_ticket", "ix_print_jobs_superseded", "ix_events_rare")
    for index in (*indexes, "ix_business_days_opened_seq"):
        connection.execute(f"DROP INDEX {index}")
    for column in ("reprint", "superseded_seq"):
        connection.execute(f"ALTER TABLE print_jobs DROP COLUMN {column}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    upgrade(rated)
    connection = sqlite3.connect(rated)
    assert connection.execute("SELECT * FROM panel_turns ORDER BY seq").fetchall() == before
    assert len(before) == 7
    connection.close()
