import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from appliance.errors import Unavailable
from appliance.storage import log
from appliance.storage.engine import Database
from appliance.storage.migrate import upgrade
from appliance.storage.tables import SHAPE, metadata
from appliance.storage.types import Day, Moment


def test_a_database_that_was_migrated_up_from_empty_is_what_the_tables_say(tmp_path):
    path = tmp_path / "deep" / "office.sqlite"
    upgrade(path)
    database = Database(path)

    def same_type(_context, _inspected, _meta, inspected_type, meta_type):
        plain = meta_type.impl if isinstance(meta_type, Day | Moment) else meta_type
        return type(inspected_type) is not type(plain) and not isinstance(
            inspected_type, type(plain)
        )

    with database.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": same_type})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_migrating_again_changes_nothing(tmp_path):
    path = tmp_path / "office.sqlite"
    upgrade(path)
    before = sqlite3.connect(path).execute("SELECT lineage FROM log_head").fetchall()
    upgrade(path)
    assert sqlite3.connect(path).execute("SELECT lineage FROM log_head").fetchall() == before


def test_every_new_database_has_a_lineage_of_its_own(tmp_path):
    heads = []
    for name in ("a", "b"):
        upgrade(tmp_path / name)
        row = sqlite3.connect(tmp_path / name).execute("SELECT seq, hash, lineage FROM log_head")
        heads.append(row.fetchone())
    assert heads[0][2] != heads[1][2]
    assert all(seq == 0 and digest == log.genesis(lineage) for seq, digest, lineage in heads)


def test_devices_of_the_first_version_are_all_there_after_the_upgrade(tmp_path):
    path = tmp_path / "office.sqlite"
    upgrade(path, "0001")
    at, later = "2026-11-23T01:05:00.000000Z", "2026-11-24T01:05:00.000000Z"
    rows = [
        (1, "agent", "main", "a" * 64, at, "local", None),
        (2, "kiosk", "kiosk-1", "b" * 64, at, "staff:lan", later),
        (3, "board", "main", "c" * 64, later, "staff:lan", None),
    ]
    with closing(sqlite3.connect(path)) as db:
        db.executemany("INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        db.commit()
    upgrade(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM devices ORDER BY id").fetchall() == rows
        for kind, name in (("panel", "1"), ("counter", "2")):
            values = (kind, name, kind * 9, at, "staff:lan")
            db.execute("INSERT INTO devices VALUES (NULL, ?, ?, ?, ?, ?, NULL)", values)
        for kind, token in (("fax", "d" * 64), ("board", "a" * 64)):
            values = (kind, "main", token, at, "staff:lan")
            with pytest.raises(sqlite3.IntegrityError):
                db.execute("INSERT INTO devices VALUES (NULL, ?, ?, ?, ?, ?, NULL)", values)


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path):
    path = tmp_path / "office.sqlite"
    upgrade(path, "0001")
    with closing(sqlite3.connect(path)) as db:
        # A table that the third step is about to touch is gone: the first two must not stay.
        db.execute("DROP TABLE print_jobs")
        before = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(Unavailable):
        upgrade(path)
    with closing(sqlite3.connect(path)) as db:
        after = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        assert after == before
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_the_shape_that_the_programs_want_is_the_newest_one(tmp_path):
    upgrade(tmp_path / "office.sqlite")
    with closing(sqlite3.connect(tmp_path / "office.sqlite")) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(SHAPE,)]


def test_a_database_of_a_newer_program_is_refused_as_one_that_cannot_be_used(tmp_path):
    path = tmp_path / "office.sqlite"
    upgrade(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    with pytest.raises(Unavailable) as caught:
        upgrade(path)
    assert "9999" in str(caught.value.fields["reason"])
