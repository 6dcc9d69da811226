"""Pages of the database are damaged under a server: it stays, says so, and goes on once mended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.bootstrap.files import DataFolder
from appliance.bootstrap.server import build_context
from appliance.clock import SystemClock
from appliance.config import load
from appliance.usecases import devices
from tests.support.people import ADMINISTRATOR, Person, administrator
from tests.support.programs import Rig
from tests.support.wait import wait_for

_GARBAGE = b"\xff" * 64


class Damage:
    """Overwrites the first pages of tables and of their indexes, and can put them back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[int, bytes] = {}

    def do(self, *tables: str) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as db:
            (size,) = db.execute("PRAGMA page_size").fetchone()
            marks = ", ".join("?" * len(tables))
            query = f"SELECT rootpage FROM sqlite_master WHERE tbl_name IN ({marks})"
            places = [(page - 1) * size for (page,) in db.execute(query, tables)]
            # What still lies in the write-ahead log would be read from there.
            wait_for(lambda: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        with self._path.open("r+b") as file:
            for place in places:
                file.seek(place)
                self._kept[place] = file.read(len(_GARBAGE))
                file.seek(place)
                file.write(_GARBAGE)
        self._forget_what_was_read()

    def mend(self) -> None:
        with self._path.open("r+b") as file:
            for place, kept in self._kept.items():
                file.seek(place)
                file.write(kept)
        self._forget_what_was_read()

    def _forget_what_was_read(self) -> None:
        """Write something: only then do others look at their pages again."""
        with closing(sqlite3.connect(self._path, timeout=10)) as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            db.execute(f"PRAGMA user_version = {version + 1}")


@pytest.fixture
def rig(tmp_path):
    office = Rig(tmp_path)
    office.prepare()
    yield office
    office.stop()


@pytest.fixture
def damage(rig):
    return Damage(rig.data / "office.sqlite")


def paired(rig: Rig, kind: str, name: str) -> str:
    """Return the token of a screen that was let in before the server was started."""
    token = devices.new_token()
    data = DataFolder(rig.data)
    ctx = build_context(load(data.config, rig.env), data.database, SystemClock())
    try:
        devices.pair(ctx, kind, name, token, actor="test")
    finally:
        ctx.db.close()
    return token


def types_of(rig: Rig) -> set[str]:
    with closing(sqlite3.connect(rig.data / "office.sqlite", timeout=10)) as db:
        return {type_ for (type_,) in db.execute("SELECT DISTINCT type FROM events")}


def reasons(rig: Rig) -> list[str]:
    """Return why the server is not ready; nothing where it does not answer."""
    try:
        return list(rig.get("/readyz").body["reasons"])
    except OSError:
        return []


def workers(rig: Rig) -> str:
    """Return the ids of the processes that serve."""
    pid = rig.server.process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


def put_off(rig: Rig, thread: str) -> bool:
    lines = rig.server.output.splitlines()
    return any("put off" in line and f'"thread": "{thread}"' in line for line in lines)


def test_a_server_that_starts_on_a_damaged_file_tells_it_and_stays(rig, damage):
    damage.do("heartbeat", "device_states")
    rig.server.start()
    wait_for(lambda: "storage_failed" in reasons(rig), "not ready, and why")
    before = workers(rig)
    wait_for(lambda: put_off(rig, "heartbeat"), "the heart that could not beat is told")
    page = administrator(rig.port).get("/status")
    assert page.status == 200
    assert '"storage_failed"' in page.body
    assert "malformed" in rig.server.output
    assert workers(rig) == before
    assert "essential thread died" not in rig.server.output


def test_a_file_that_is_damaged_under_a_server_stops_nothing_for_ever(rig, damage):
    rig.server.start()
    rig.wait_ready()
    before = workers(rig)
    token = rig.screen_token("kiosk", "kiosk-1")
    body = {"service": "ho-tich", "request_id": "before-the-damage"}
    assert rig.post("/api/v1/tickets", body, token=token).status in (200, 201)

    person = administrator(rig.port)

    damage.do("events", "print_jobs", "device_states", "staff")
    wait_for(lambda: reasons(rig) == ["storage_failed"], "not ready, and why")
    page = person.get("/status?lang=en")
    assert page.status == 503
    assert "moiso verify" in page.body, "whoever is signed in is told what to do"
    for thread in ("agent desk", "publisher"):
        wait_for(lambda name=thread: put_off(rig, name), f"{thread} goes on and tells it")
    refused = rig.post("/api/v1/tickets", {**body, "request_id": "meanwhile-1"}, token=token)
    assert (refused.status, refused.code) == (503, "storage_failed")

    damage.mend()
    wait_for(rig.is_ready, "it is ready as soon as the file is whole")
    wait_for(lambda: "done again" in rig.server.output, "and its threads do their work again")
    taken = rig.post("/api/v1/tickets", {**body, "request_id": "afterwards-1"}, token=token)
    assert taken.status in (200, 201)
    assert workers(rig) == before
    assert "essential thread died" not in rig.server.output


def test_a_server_that_starts_on_an_unreadable_log_answers_and_gives_no_number(rig, damage):
    """The parts that a start itself reads: the log's index, the days and the slips."""
    token = paired(rig, "kiosk", "kiosk-1")
    agent = (rig.data / "agent.token").read_text().strip()
    damage.do("log_head", "events", "business_days", "print_jobs")
    rig.server.start()
    wait_for(lambda: "storage_failed" in reasons(rig), "not ready, and why")
    before = workers(rig)
    assert rig.get("/healthz").status == 200
    body = {"service": "ho-tich", "request_id": "unreadable-1"}
    refused = rig.post("/api/v1/tickets", body, token=token)
    assert (refused.status, refused.code) == (503, "storage_failed")
    inbox = rig.get("/agent/v1/inbox?after=0&wait=0", token=agent)
    assert (inbox.status, inbox.code) == (503, "storage_failed")
    assert rig.get("/api/v1/status").body["lines"][0]["causes"] == ["storage_failed"]
    page = Person(rig.port).sign_in(ADMINISTRATOR.username, ADMINISTRATOR.password)
    assert page.status == 503
    assert "moiso verify" in page.body, "the page says what to do"
    for thread in ("start", "publisher", "agent desk"):
        wait_for(lambda name=thread: put_off(rig, name), f"{thread} goes on and tells it")

    damage.mend()
    wait_for(rig.is_ready, "it is ready as soon as the file is whole")
    taken = rig.post("/api/v1/tickets", body, token=token)
    assert (taken.status, taken.body["ticket"]["label"]) == (201, "1001")
    wait_for(lambda: "office.configured" in types_of(rig), "the first step of a start is done")
    assert workers(rig) == before
    assert "essential thread died" not in rig.server.output


def test_a_server_whose_file_is_no_database_tells_it_and_goes_on_with_the_one_put_back(rig):
    database = rig.data / "office.sqlite"
    token = paired(rig, "kiosk", "kiosk-1")
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = database.read_bytes()
    database.write_bytes(b"no database at all" * 1000)
    rig.server.start()
    wait_for(lambda: "storage_failed" in reasons(rig), "not ready, and why")
    before = workers(rig)
    page = rig.get("/")
    assert page.status == 503
    assert "moiso verify" in page.body, "the page says what to do"
    assert "moiso verify" in rig.server.output, "so does the log of the start"

    put = database.with_name("put-back")
    put.write_bytes(copy)
    put.replace(database)
    wait_for(rig.is_ready, "it goes on with the file that was put back")
    body = {"service": "ho-tich", "request_id": "put-back-1"}
    assert rig.post("/api/v1/tickets", body, token=token).status == 201
    assert workers(rig) == before
