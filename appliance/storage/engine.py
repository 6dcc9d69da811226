"""The only file that speaks SQLite's own SQL: pragmas, BEGIN IMMEDIATE, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.pool import QueuePool

from appliance.errors import Unavailable

# What a use case holds while it works; only storage knows that it is SQLAlchemy's.
Transaction = Connection
BUSY_TIMEOUT_S = 5.0
# What the disk and the file can do to us. A damaged page or a file that is none comes as the plain
# DatabaseError; its other subclasses are mistakes of our own.
_FAULTS = (DatabaseError, InternalError, OperationalError)
_POOL = 8
# Whoever found no connection free for so long is told so; screens and agents ask again.
POOL_TIMEOUT_S = 5.0


class Database:
    """One office's database: `write()` and `read()` give transactions.

    Writers of this process queue at a lock, so that none of them meets SQLite's busy handler;
    another process (the command line) waits up to BUSY_TIMEOUT_S. With `shape`, the name of a
    migration, a file that lacks it is refused as one that cannot be read.
    """

    def __init__(self, path: Path, *, shape: str = "") -> None:
        self.path = path
        self._shape = shape
        self.fit = not shape
        self.engine = _engine(path)
        self._writer = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every commit of this process; it must neither block nor raise."""
        self._listeners.append(listener)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a write transaction; commits at the end, rolls back on any error.

        Raises Unavailable("storage_failed") when disk, file or lock refuse, and
        Unavailable("storage_busy") when all connections are in use.
        """
        with self._writer, _told(), self.engine.connect() as conn:
            conn.execution_options(moiso_write=True)
            with conn.begin():
                self._require_fit(conn)
                yield conn
        for listener in self._listeners:
            listener()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a read transaction: one consistent state, whatever is written meanwhile.

        Raises Unavailable as `write` does.
        """
        with _told(), self.engine.connect() as conn, conn.begin():
            self._require_fit(conn)
            yield conn

    def _require_fit(self, conn: Connection) -> None:
        """Raise Unavailable("storage_failed") unless the file has, or once had, the shape."""
        if self.fit:
            return
        found = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
        if found != [self._shape]:
            reason = f"the file has the shape {found}, wanted is {self._shape}"
            raise Unavailable("storage_failed", reason=reason)
        self.fit = True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Turn what SQLite cannot help (disk full, locked, damaged) into one error for people.

    So too a pool that gives no connection: nothing was begun, a retry finds one.
    """
    try:
        yield
    except PoolEmpty as exc:
        raise Unavailable("storage_busy") from exc
    except DatabaseError as exc:
        if type(exc) not in _FAULTS:
            raise
        raise Unavailable("storage_failed", reason=str(exc.orig)) from exc


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=_POOL,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        prepare(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(conn: Connection) -> None:
        write = conn.get_execution_options().get("moiso_write", False)
        conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def prepare(connection: sqlite3.Connection) -> None:
    """Set a fresh connection up: WAL, an fsync at every commit, foreign keys, a small cache.

    synchronous=FULL because NORMAL lost 648 acknowledged rows in a power cut that was
    simulated under a volatile file system, while FULL lost none.
    """
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-1024",
        "journal_size_limit=4194304",
    ):
        connection.execute(f"PRAGMA {pragma}")


def open_read_only(path: Path) -> sqlite3.Connection:
    """Return a plain connection whose every statement that writes is refused.

    The file itself is not opened for reading alone: a copy taken after a kill -9 may need its
    write-ahead log replayed, which SQLite does on opening. Text that is no UTF-8 is read with
    marks for what is none, so that a damaged row hides no other.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    connection.execute("PRAGMA query_only=ON")
    return connection


def integrity_problems(conn: Connection) -> list[str]:
    """Return what SQLite's own integrity check finds; empty when the file is sound."""
    try:
        rows = [row[0] for row in conn.exec_driver_sql("PRAGMA integrity_check")]
    except DatabaseError as exc:
        # Of some damage the check itself gives up; any other error tells of no database at all.
        if getattr(exc.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_CORRUPT:
            raise
        rows = [str(exc.orig)]
    return [row for row in rows if row != "ok"]
