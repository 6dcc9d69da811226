"""The ledger's SQL: the jobs and the roll of paper; plain functions, nothing that decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from printer.own_file import SetAside, commit, last_aside, open_or_begin
from printer.paper import PaperUse

RawRow = tuple[str, str, int, str, str, str, str, int]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    job_id       TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    rev          INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    slip         TEXT NOT NULL,
    printer      TEXT NOT NULL,
    updated      TEXT NOT NULL,
    reported_rev INTEGER NOT NULL DEFAULT 0,
    change_no    INTEGER NOT NULL,
    sent_no      INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS job_unreported ON job (change_no) WHERE rev > reported_rev;
CREATE INDEX IF NOT EXISTS job_sent ON job (sent_no) WHERE sent_no IS NOT NULL;
CREATE INDEX IF NOT EXISTS job_change ON job (change_no);
CREATE INDEX IF NOT EXISTS job_in_flight ON job (state) WHERE state IN ('sending', 'sent');
CREATE TABLE IF NOT EXISTS roll (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    printed_mm REAL NOT NULL,
    slips      INTEGER NOT NULL,
    mean_mm    REAL NOT NULL,
    changed    TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS roll_change (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    change_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS lost (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    at      TEXT NOT NULL,
    kept_as TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS probe (filler BLOB NOT NULL) STRICT;
"""
# More than a slip's changes touch, in the tables and in their indexes.
_PROBE_BYTES = 32_768
_COLUMNS = "job_id, state, rev, reason, slip, printer, updated, reported_rev"
_UPSERT = """
INSERT INTO job (job_id, state, rev, reason, slip, printer, updated, reported_rev,
                 change_no, sent_no)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
        (SELECT coalesce(max(change_no), 0) + 1 FROM job),
        CASE WHEN ?2 = 'sending' THEN (SELECT coalesce(max(sent_no), 0) + 1 FROM job) END)
ON CONFLICT (job_id) DO UPDATE SET
    state = excluded.state, rev = excluded.rev, reason = excluded.reason,
    updated = excluded.updated, change_no = excluded.change_no
WHERE job.rev = excluded.rev - 1
"""


def connect(path: Path, stamp: str) -> tuple[sqlite3.Connection, SetAside | None]:
    """Open the file with every commit durable; an unreadable one is set aside, and that noted."""
    db, aside = open_or_begin(path, _prepare)
    try:
        kept_as = None if aside is None else aside.kept_as
        if kept_as is None and lost(db) is None:
            # A disk that was full just then took the new file, but not the note of the loss.
            kept_as = last_aside(path)
        if kept_as is not None:
            db.execute("INSERT OR REPLACE INTO lost VALUES (1, ?, ?)", (stamp, kept_as))
    except BaseException:
        db.close()
        raise
    return db, aside


def lost(db: sqlite3.Connection) -> tuple[str, str] | None:
    """Give when the last ledger of this name was lost, and under what name it is kept."""
    found: tuple[str, str] | None = db.execute("SELECT at, kept_as FROM lost").fetchone()
    return found


def _prepare(db: sqlite3.Connection) -> None:
    db.executescript(_SCHEMA)


def select(db: sqlite3.Connection, where: str, values: Sequence[object]) -> list[RawRow]:
    """Give the rows that match, oldest change first."""
    # `where` is one of a few constants of the ledger, never a text from outside.
    query = f"SELECT {_COLUMNS} FROM job WHERE {where} ORDER BY change_no"  # noqa: S608
    return db.execute(query, values).fetchall()


def last_sent_state(db: sqlite3.Connection) -> str | None:
    """Give the state of the job that was last given to the printer."""
    found = db.execute(
        "SELECT state FROM job WHERE sent_no IS NOT NULL ORDER BY sent_no DESC LIMIT 1"
    ).fetchone()
    return None if found is None else str(found[0])


def paper_use(db: sqlite3.Connection) -> PaperUse:
    """Give what was printed on the present roll."""
    found = db.execute(
        "SELECT printed_mm, slips, mean_mm, changed, coalesce(change_id, '')"
        " FROM roll LEFT JOIN roll_change USING (id)"
    ).fetchone()
    return PaperUse() if found is None else PaperUse(*found)


def write(
    db: sqlite3.Connection,
    rows: Sequence[RawRow],
    reported: Mapping[str, int],
    durable: bool,
    paper: PaperUse | None = None,
    forgotten: Sequence[str] = (),
) -> None:
    """Store the changed rows, the paper's use and what has been reported in one commit.

    The forgotten jobs go first: one of them may be among the rows again.
    """
    with commit(db, durable):
        db.executemany("DELETE FROM job WHERE job_id = ?", [(job_id,) for job_id in forgotten])
        for row in rows:
            _upsert(db, row)
        db.executemany(
            "UPDATE job SET reported_rev = max(reported_rev, ?2) WHERE job_id = ?1",
            list(reported.items()),
        )
        if paper is not None:
            db.execute(
                "INSERT OR REPLACE INTO roll VALUES (1, ?, ?, ?, ?)",
                (paper.printed_mm, paper.slips, paper.mean_mm, paper.changed),
            )
            db.execute("INSERT OR REPLACE INTO roll_change VALUES (1, ?)", (paper.change_id,))


def probe(db: sqlite3.Connection) -> None:
    """Write as much as a slip's changes may need, and leave that room to them."""
    with commit(db):
        db.execute("INSERT INTO probe VALUES (zeroblob(?))", (_PROBE_BYTES,))
    with commit(db):
        db.execute("DELETE FROM probe")


def _upsert(db: sqlite3.Connection, row: RawRow) -> None:
    if db.execute(_UPSERT, row).rowcount != 1:
        raise sqlite3.IntegrityError(f"another writer has changed {row[0]}")


def prune(db: sqlite3.Connection, before: str) -> int:
    """Delete final, reported rows changed before this moment, except the last one sent."""
    return db.execute(
        "DELETE FROM job WHERE updated < ? AND rev <= reported_rev"
        " AND state NOT IN ('queued', 'sending', 'sent')"
        " AND coalesce(sent_no, 0) < (SELECT coalesce(max(sent_no), 1) FROM job)",
        (before,),
    ).rowcount
