import sqlite3

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from appliance.storage import log
from appliance.storage.engine import Database
from appliance.storage.migrate import upgrade
from appliance.storage.tables import metadata
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
