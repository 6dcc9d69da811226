"""What is in the journal is true after kill -9, and costs one flush per press."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.devices.journal import Journal, Press
from appliance.errors import Refused

PRESS = Press(
    "request-0001", "issue", "main-gpio17", "hall", "a", None, 5_000, "boot", "2026-11-23"
)


def numbered(n: int) -> Press:
    return replace(PRESS, request_id=f"request-{n:04d}")


def stored(path: Path) -> list[tuple[str, int, str, str]]:
    db = sqlite3.connect(path)
    try:
        return db.execute(
            "SELECT request_id, answered, outcome, reason FROM press ORDER BY id"
        ).fetchall()
    finally:
        db.close()


def test_presses_come_back_in_their_order(tmp_path: Path) -> None:
    with Journal(tmp_path / "agent.sqlite") as journal:
        for n in (3, 1, 2):
            journal.append(numbered(n))
    with Journal(tmp_path / "agent.sqlite") as journal:
        assert journal.unanswered(10) == [numbered(3), numbered(1), numbered(2)]
        assert journal.unanswered(2) == [numbered(3), numbered(1)]


def test_one_press_costs_one_flush_and_its_answer_none(tmp_path: Path) -> None:
    statements: list[str] = []
    with Journal(tmp_path / "agent.sqlite") as journal:
        journal._db.set_trace_callback(statements.append)
        for n in range(5):
            journal.append(numbered(n))
            journal.mark_answered(numbered(n).request_id, "done")
        assert [s for s in statements if s == "COMMIT"] == ["COMMIT"] * 5
        assert journal.durable_flushes == 5
        assert journal.unanswered(10) == []


def test_answers_are_stored_with_the_next_press(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    with Journal(path) as journal:
        journal.append(numbered(1))
        journal.mark_answered(numbered(1).request_id, "refused", "closed")
        assert stored(path) == [("request-0001", 0, "", "")]
        journal.append(numbered(2))
        assert stored(path) == [
            ("request-0001", 1, "refused", "closed"),
            ("request-0002", 0, "", ""),
        ]


def test_answers_are_stored_on_a_clean_stop(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    with Journal(path) as journal:
        journal.append(numbered(1))
        journal.mark_answered(numbered(1).request_id, "done")
    assert stored(path) == [("request-0001", 1, "done", "")]


def test_a_press_set_aside_is_kept_with_its_reason_without_a_flush(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    with Journal(path) as journal:
        journal.append(numbered(1))
        journal.set_aside(numbered(1).request_id, "422 unknown service")
        assert journal.durable_flushes == 1
        assert journal.unanswered(10) == []
        assert stored(path) == [("request-0001", 1, "rejected", "422 unknown service")]


def test_old_answered_presses_are_forgotten_and_unanswered_ones_never(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    with Journal(path, keep_answered=3) as journal:
        for n in range(10):
            journal.append(numbered(n))
            if n != 2:
                journal.mark_answered(numbered(n).request_id, "done")
        journal.append(numbered(10))
    assert [row[0] for row in stored(path)] == [
        "request-0002",
        "request-0008",
        "request-0009",
        "request-0010",
    ]


def test_a_second_agent_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "agent.sqlite"):
        with pytest.raises(Refused) as refused:
            Journal(tmp_path / "agent.sqlite")
        assert refused.value.key == "agent_already_running"
    Journal(tmp_path / "agent.sqlite").close()


def test_an_unreadable_journal_is_kept_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "agent.sqlite"
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    with Journal(path) as journal:
        journal.append(PRESS)
    assert (tmp_path / "agent.sqlite.unreadable-1").read_bytes().startswith(b"not a database")
    assert [row[0] for row in stored(path)] == [PRESS.request_id]


def test_a_request_id_cannot_be_journaled_twice_and_the_journal_goes_on(tmp_path: Path) -> None:
    with Journal(tmp_path / "agent.sqlite") as journal:
        journal.append(numbered(1))
        with pytest.raises(sqlite3.IntegrityError):
            journal.append(numbered(1))
        journal.append(numbered(2))
        assert len(journal.unanswered(10)) == 2
