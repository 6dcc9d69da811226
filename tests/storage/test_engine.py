import contextlib
import itertools
import sqlite3
import threading

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from appliance.errors import Unavailable
from appliance.storage import log
from appliance.storage.engine import Database
from appliance.storage.tables import SHAPE, events, log_head
from tests.support.clocks import MONDAY


def pragma(database: Database, name: str) -> object:
    with database.read() as conn:
        return conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_every_commit_is_flushed_to_a_write_ahead_log(ctx):
    assert pragma(ctx.db, "journal_mode") == "wal"
    assert pragma(ctx.db, "synchronous") == 2
    assert pragma(ctx.db, "foreign_keys") == 1


def test_a_write_that_fails_leaves_nothing_behind(ctx):
    with pytest.raises(RuntimeError), ctx.db.write() as conn:
        log.append(conn, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")
        raise RuntimeError("in the middle")
    with ctx.db.read() as conn:
        assert log.head(conn) == 0
        assert conn.execute(select(events)).all() == []


def test_a_reader_sees_one_state_while_somebody_writes(ctx):
    with ctx.db.read() as conn:
        assert log.head(conn) == 0
        with ctx.db.write() as writer:
            log.append(writer, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")
        assert log.head(conn) == 0
    with ctx.db.read() as conn:
        assert log.head(conn) == 1


def test_listeners_hear_of_a_commit_and_not_of_a_rollback(ctx):
    heard = []
    ctx.db.on_commit(lambda: heard.append("commit"))
    with pytest.raises(RuntimeError), ctx.db.write():
        raise RuntimeError
    assert heard == []
    with ctx.db.write():
        pass
    assert heard == ["commit"]


def test_another_process_that_holds_the_file_too_long_is_a_clear_error(ctx, monkeypatch):
    blocker = sqlite3.connect(ctx.db.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("appliance.storage.engine.BUSY_TIMEOUT_S", 0.1)
    impatient = Database(ctx.db.path)
    with pytest.raises(Unavailable) as caught, impatient.write():
        pass
    assert caught.value.key == "storage_failed"
    assert "locked" in str(caught.value.fields["reason"])
    blocker.close()
    impatient.close()


def test_a_pool_that_has_no_connection_left_is_a_clear_error_and_goes_on_afterwards(
    ctx, monkeypatch
):
    monkeypatch.setattr("appliance.storage.engine.POOL_TIMEOUT_S", 0.05)
    crowded = Database(ctx.db.path)
    with contextlib.ExitStack() as readers:
        for _ in range(crowded.engine.pool.size()):
            readers.enter_context(crowded.read())
        for more in (crowded.read, crowded.write):
            with pytest.raises(Unavailable) as caught, more():
                pass
            assert (caught.value.key, caught.value.permanent) == ("storage_busy", False)
    with crowded.write() as conn:
        log.append(conn, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")
    crowded.close()


def test_many_writers_at_once_leave_a_log_without_gaps(ctx):
    def work() -> None:
        for _ in range(25):
            with ctx.db.write() as conn:
                log.append(conn, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ctx.db.read() as conn:
        rows = log.after(conn, 0)
    assert [row.seq for row in rows] == list(range(1, 201))
    assert all(b.prev_hash == a.hash for a, b in itertools.pairwise(rows))


def test_a_damaged_page_and_a_file_that_is_none_are_the_same_clear_error(ctx):
    query = "SELECT rootpage FROM sqlite_master WHERE name = 'events'"
    with contextlib.closing(sqlite3.connect(ctx.db.path)) as plain:
        (size,) = plain.execute("PRAGMA page_size").fetchone()
        (root,) = plain.execute(query).fetchone()
    with ctx.db.path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(Unavailable) as caught, ctx.db.read() as conn:
        log.after(conn, 0)
    assert caught.value.key == "storage_failed"
    assert "malformed" in str(caught.value.fields["reason"])
    with pytest.raises(Unavailable), ctx.db.write() as conn:
        log.append(conn, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")
    ctx.db.close()
    ctx.db.path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(Unavailable) as caught, ctx.db.read():
        pass
    assert "not a database" in str(caught.value.fields["reason"])


def test_a_mistake_of_our_own_is_not_told_as_a_fault_of_the_disk(ctx):
    head = {"id": 1, "seq": 0, "hash": "", "lineage": ""}
    with pytest.raises(IntegrityError), ctx.db.write() as conn:
        conn.execute(insert(log_head).values(**head))
    with pytest.raises(ProgrammingError), ctx.db.read() as conn:
        conn.exec_driver_sql("SELECT ?", ())


def test_a_file_without_the_wanted_shape_is_neither_read_nor_written(ctx):
    other = Database(ctx.db.path, shape="9999")
    for transaction in (other.read, other.write):
        with pytest.raises(Unavailable) as caught, transaction():
            pass
        assert "9999" in str(caught.value.fields["reason"])
    other.close()
    same = Database(ctx.db.path, shape=SHAPE)
    with same.write() as conn:
        log.append(conn, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")
    same.close()


def test_a_damaged_word_in_a_row_is_the_same_clear_error(ctx):
    with ctx.db.write() as conn:
        log.append(conn, MONDAY, "day.opened", {"day": "2026-11-23"}, actor="system")
    for column, damage in (("payload", "{"), ("at", "2026-99-23"), ("at", None)):
        with ctx.db.write() as conn:
            if damage is None:
                conn.exec_driver_sql("UPDATE events SET at = x'00ff'")
            else:
                conn.exec_driver_sql(f"UPDATE events SET {column} = ?", (damage,))
        with pytest.raises(Unavailable) as caught, ctx.db.read() as conn:
            log.after(conn, 0)
        assert caught.value.key == "storage_failed"
