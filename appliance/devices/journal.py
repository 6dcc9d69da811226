"""The journal: every press that a light has acknowledged, on disk before the light comes on.

One press costs one flush. That a press was answered is kept in memory and stored with the next
press or on a clean stop: losing it only repeats a report, and the server knows the request_id.

A disk that refuses at the start is a state, not the end: the journal is closed until it can be
opened, takes no press meanwhile, and what it holds from before is answered afterwards.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType

from appliance import logs
from appliance.errors import Refused
from printer import own_file

REJECTED = "rejected"

_KEEP_ANSWERED = 5_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS press (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id      TEXT NOT NULL UNIQUE,
    press           TEXT NOT NULL,
    button          TEXT NOT NULL,
    kiosk           TEXT,
    service         TEXT,
    counter         INTEGER,
    pressed_mono_ms INTEGER NOT NULL,
    boot_id         TEXT NOT NULL,
    wall_at         TEXT NOT NULL,
    answered        INTEGER NOT NULL DEFAULT 0,
    outcome         TEXT NOT NULL DEFAULT '',
    reason          TEXT NOT NULL DEFAULT '',
    level           TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS press_open ON press (id) WHERE answered = 0;
"""
_COLUMNS = (
    "request_id, press, button, kiosk, service, counter, pressed_mono_ms, boot_id, wall_at, level"
)
_INSERT = f"INSERT INTO press ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_OPEN = f"SELECT {_COLUMNS} FROM press WHERE answered = 0 ORDER BY id LIMIT ?"  # noqa: S608
_MARK = "UPDATE press SET answered = 1, outcome = ?, reason = ? WHERE request_id = ?"
_PRUNE = "DELETE FROM press WHERE answered = 1 AND id <= (SELECT max(id) FROM press) - ?"


@dataclass(frozen=True, slots=True)
class Press:
    """One accepted push of a button; its monotonic time compares only within its boot."""

    request_id: str
    press: str
    button: str
    kiosk: str | None
    service: str | None
    counter: int | None
    pressed_mono_ms: int
    boot_id: str
    wall_at: str
    level: str | None = None

    @property
    def key(self) -> tuple[str, str | None, str | None, int | None, str | None]:
        """Name what is asked for: two buttons that ask the same are one for the press rule."""
        return self.press, self.kiosk, self.service, self.counter, self.level


class Journal:
    """The only writer of ``agent.sqlite``; every method may be called from any thread."""

    def __init__(self, path: Path, keep_answered: int = _KEEP_ANSWERED) -> None:
        self._keep_answered = keep_answered
        self._lock = threading.Lock()
        self._marks: dict[str, tuple[str, str]] = {}
        self._path = path
        self._lock_fd = -1
        self._db: sqlite3.Connection | None = None
        self._why = ""
        self.try_open()
        self.durable_flushes = 0
        """How many commits have waited for the disk since opening (the flush budget's proof)."""

    @property
    def is_open(self) -> bool:
        """Return whether presses can be stored, as far as is known."""
        return self._db is not None

    def try_open(self) -> bool:
        """Open what is closed; return whether it is open. Each new reason is logged once.

        Raises Refused if another agent owns the folder.
        """
        with self._lock:
            if self._db is None:
                try:
                    self._lock_fd, self._db = _own(self._path)
                except (OSError, sqlite3.OperationalError) as exc:
                    why = f"{type(exc).__name__}: {exc}"
                    if why != self._why:
                        logs.get_logger().error("journal_closed", error=why)
                    self._why = why
            return self._db is not None

    def append(self, press: Press) -> None:
        """Store a press; when this returns, neither kill -9 nor a power cut can lose it.

        Raises sqlite3.Error if the disk refuses.
        """
        with self._lock:
            if self._db is None:
                raise sqlite3.OperationalError(self._why)
            marks = dict(self._marks)
            with own_file.commit(self._db):
                self._db.execute(_INSERT, astuple(press))
                _write_marks(self._db, marks)
                self._db.execute(_PRUNE, (self._keep_answered,))
            self._forget_marks(marks)
            self.durable_flushes += 1

    def unanswered(self, limit: int) -> list[Press]:
        """Return the oldest presses without an answer, in the order in which they happened."""
        with self._lock:
            if self._db is None:
                return []
            rows = self._db.execute(_OPEN, (limit + len(self._marks),)).fetchall()
            return [Press(*row) for row in rows if row[0] not in self._marks][:limit]

    def mark_answered(self, request_id: str, outcome: str, reason: str = "") -> None:
        """Note the server's answer; stored with the next press or on close."""
        with self._lock:
            self._marks[request_id] = (outcome, reason)

    def set_aside(self, request_id: str, reason: str) -> None:
        """Store that the server calls this press invalid, without a flush of its own."""
        with self._lock:
            self._marks[request_id] = (REJECTED, reason)
            self._store_marks(durable=False)

    def close(self) -> None:
        """Store what is only in memory and let another agent have the folder."""
        with self._lock:
            if self._db is None:
                return
            try:
                if self._marks:
                    self._store_marks(durable=True)
            finally:
                self._db.close()
                os.close(self._lock_fd)
                self._db, self._lock_fd = None, -1

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _store_marks(self, *, durable: bool) -> None:
        if self._db is None:
            return  # what it holds was never read, so nobody can have answered it
        marks = dict(self._marks)
        with own_file.commit(self._db, durable):
            _write_marks(self._db, marks)
        self._forget_marks(marks)
        self.durable_flushes += durable

    def _forget_marks(self, stored: dict[str, tuple[str, str]]) -> None:
        for request_id in stored:
            del self._marks[request_id]


def _own(path: Path) -> tuple[int, sqlite3.Connection]:
    lock_fd = _lock_folder(path)
    try:
        return lock_fd, _open(path)
    except BaseException:
        os.close(lock_fd)
        raise


def _write_marks(db: sqlite3.Connection, marks: dict[str, tuple[str, str]]) -> None:
    db.executemany(_MARK, [(outcome, reason, rid) for rid, (outcome, reason) in marks.items()])


def _lock_folder(path: Path) -> int:
    try:
        return own_file.lock(path.with_suffix(".lock"))
    except BlockingIOError as exc:
        raise Refused("agent_already_running", folder=str(path.parent)) from exc


def _open(path: Path) -> sqlite3.Connection:
    db, aside = own_file.open_or_begin(path, _prepare)
    if aside is not None:
        # A journal that cannot be read must not keep the buttons dead for ever; it is kept.
        logs.get_logger().error("journal_unreadable", error=aside.error, kept_as=aside.kept_as)
    return db


def _prepare(db: sqlite3.Connection) -> None:
    db.executescript(_SCHEMA)
    _add_level(db)


def _add_level(db: sqlite3.Connection) -> None:
    """Give a journal from before the ratings the column that they need."""
    if "level" not in [row[1] for row in db.execute("PRAGMA table_info(press)")]:
        db.execute("ALTER TABLE press ADD COLUMN level TEXT")
