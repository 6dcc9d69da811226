"""Whatever lies in a row, the audit names it and goes on to the end."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from appliance.domain.paper import PaperState
from appliance.domain.people import Role
from appliance.domain.rating import Reason, Via
from appliance.storage import heartbeat
from appliance.storage.audit import _LEADS_TO, audit
from appliance.storage.engine import Database
from appliance.storage.tables import metadata
from appliance.usecases import accounts, devices
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.cancel import cancel
from appliance.usecases.configure import note_configuration
from appliance.usecases.context import Context
from appliance.usecases.mirror_print import mirror_print
from appliance.usecases.rate import give_reasons
from appliance.usecases.recall import recall
from appliance.usecases.report_device import report_device
from appliance.usecases.serve import serve
from appliance.verify import print_report
from tests.support.clocks import HandClock
from tests.support.ratings import call, end, fresh, press, served, take

_BLOB = b"\xff\xfe"
_WAYS = {
    "half a JSON": ("payload", "{"),
    "no field": ("payload", "{}"),
    "a list": ("payload", "[]"),
    "nothing": ("payload", "null"),
    "a number": ("payload", "7"),
    "fields of another kind": ("payload", '{"ticket": [], "job_id": "x", "counter": {}}'),
    "a ticket of another kind": ("payload", '{"ticket": {"id": []}, "job_id": [], "counter": 1}'),
    "a field that nobody can write": ("payload", r'{"ticket": {"id": 1}, "counter": "\ud800"}'),
    "bytes for JSON": ("payload", _BLOB),
    "no time": ("at", "x"),
    "a time without zone": ("at", "2026-11-23T08:00:00"),
    "the same time in other words": ("at", "2026-11-23T08:05:00+07:00"),
    "bytes for a time": ("at", _BLOB),
    "another type": ("type", "x"),
    "bytes for a type": ("type", _BLOB),
    "bytes for an actor": ("actor", _BLOB),
    "bytes for a request": ("request_id", _BLOB),
    "bytes for a hash": ("hash", _BLOB),
    "bytes for the hash before": ("prev_hash", _BLOB),
}


@pytest.fixture(scope="module")
def whole(migrated, office, tmp_path_factory):
    """The database of an office in which everything happened that the audit looks at."""
    path = tmp_path_factory.mktemp("whole") / "office.sqlite"
    shutil.copyfile(migrated, path)
    clock = HandClock()
    ctx = Context(Database(path), clock, office, "this-boot")
    lan = {"actor": "staff:lan"}
    note_configuration(ctx, "a configuration")
    accounts.add_account(ctx, "lan", "mot-mat-khau-dai", Role.CLERK, actor="demo")
    devices.pair(ctx, "board", "main", "a token", actor="staff:lan")
    report_device(ctx, "printer-1", "printer", "ok", (), actor="agent:main")
    with ctx.db.write() as conn:
        heartbeat.beat(conn, clock.now())
    served(ctx, 1)
    press(ctx, level="khong_hai_long", request_id="press-0001")
    reasons = {"via": Via.PAGE, "owner": 1, "actor": "panel:1"}
    give_reasons(ctx, "press-0001", (Reason.OTHER,), request_id="reason-001", **reasons)
    press(ctx, request_id="press-0002")
    gone = take(ctx, 1)
    call(ctx, 1)
    recall(ctx, 1, request_id=fresh(), **lan)
    absent(ctx, 1, request_id=fresh(), **lan)
    bring_back(ctx, gone, request_id=fresh(), **lan)
    call(ctx, 1)
    serve(ctx, 1, request_id=fresh(), **lan)
    end(ctx, 1)
    cancel(ctx, take(ctx, 2), request_id=fresh(), **lan)
    take(ctx, 3)
    mirror_print(ctx, 1, PaperState.PRINTED, rev=1, reason="", actor="agent:main")
    clock.pass_s(2 * 86_400)
    take(ctx, 1)
    ctx.db.close()
    assert audit(path).problems == []
    return path


@pytest.fixture
def damaged(whole, tmp_path):
    """A copy of it, to be spoiled."""
    return shutil.copyfile(whole, tmp_path / "office.sqlite")


def loose(path) -> sqlite3.Connection:
    """Return a connection that lets anything be written anywhere."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    return connection


def test_the_whole_office_has_events_of_every_kind_that_is_replayed(whole):
    with closing(sqlite3.connect(whole)) as db:
        types = {type_ for (type_,) in db.execute("SELECT DISTINCT type FROM events")}
        empty = {
            table.name
            for table in metadata.sorted_tables
            if db.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (0,)
        }
    verbs = ["issued", *(type_.removeprefix("ticket.") for type_ in _LEADS_TO)]
    assert {f"ticket.{verb}" for verb in verbs} <= types
    assert {"print.changed", "rating.pressed", "rating.reasoned"} <= types
    assert not empty


@pytest.mark.parametrize("way", _WAYS)
def test_an_event_of_any_type_that_is_damaged_is_named(damaged, way):
    column, value = _WAYS[way]
    with closing(loose(damaged)) as db:
        firsts = db.execute(f"SELECT min(seq), type, {column} FROM events GROUP BY type").fetchall()
        assert len(firsts) > 15
        for seq, type_, before in firsts:
            db.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (value, seq))
            problems = audit(damaged).problems
            assert any(f"seq {seq} " in f"{line} " for line in problems), (type_, problems)
            db.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (before, seq))
    assert audit(damaged).problems == []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_row_that_holds_anything_anywhere_is_named_if_it_is_of_the_wrong_kind(damaged, table):
    values = (_BLOB, "x", "", -1, 1.5, "2026-11-23T08:00:00")
    with closing(loose(damaged)) as db:
        for column in table.columns:
            where = f"rowid = (SELECT min(rowid) FROM {table.name})"
            query = f"SELECT {column.name} FROM {table.name} WHERE {where}"
            ((before,),) = db.execute(query).fetchall()
            for value in values:
                try:
                    db.execute(f"UPDATE {table.name} SET {column.name} = ? WHERE {where}", (value,))
                except sqlite3.IntegrityError:
                    assert column.primary_key  # SQLite keeps whole numbers alone there
                    continue
                problems = audit(damaged).problems
                assert value != _BLOB or any(table.name in line for line in problems), column
            db.execute(f"UPDATE {table.name} SET {column.name} = ? WHERE {where}", (before,))
    assert audit(damaged).problems == []


def test_a_log_without_its_head_is_named(damaged):
    with closing(loose(damaged)) as db:
        db.execute("DELETE FROM log_head")
    assert audit(damaged).problems == ["log_head: there is none"]


def test_a_page_that_is_damaged_is_named_though_nothing_after_it_can_be_read(damaged, capsys):
    with closing(loose(damaged)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'events'"
        (root,) = db.execute(query).fetchone()
    with damaged.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    assert print_report(damaged, "en") == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("PROBLEM file: ")
    assert said[-1].startswith("PROBLEM file: nothing after that can be read: ")
