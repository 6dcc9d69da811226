"""A SQLite file that one process owns for years: nobody else writes it, and no damage is the end.

A memory card that dies takes single pages with it. A program that refused to start then would
stand still at every start from that day on, so an unreadable file is kept under another name, for
whoever can still read something in it, and a new one is begun.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SetAside:
    """What became of an unreadable file: its new name, and what SQLite said of it."""

    kept_as: str
    error: str


def lock(path: Path) -> int:
    """Take the lock file and give its descriptor; BlockingIOError while another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock_fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock_fd)
        raise
    return lock_fd


def open_or_begin(
    path: Path, prepare: Callable[[sqlite3.Connection], None]
) -> tuple[sqlite3.Connection, SetAside | None]:
    """Open the file (made if missing) with every commit durable; `prepare` makes its tables.

    Gives what was set aside, if anything had to be. Raises sqlite3.OperationalError for a disk
    that is full or dead: another file would fare no better there.
    """
    try:
        return _open(path, prepare), None
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as exc:
        aside = _aside(path, _free_number(path))
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        return _open(path, prepare), SetAside(aside.name, str(exc))


@contextmanager
def commit(db: sqlite3.Connection, durable: bool = True) -> Iterator[None]:
    """Store what is done inside in one commit, or nothing of it; only a durable one waits.

    One that does not wait survives the death of the process, but perhaps not a power cut.
    """
    if not durable:
        # The level cannot be changed inside a transaction.
        db.execute("PRAGMA synchronous = NORMAL")
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            # Not the statement: SQLite has ended the transaction itself where the disk is full,
            # and its "no transaction is active" would hide why.
            db.rollback()
            raise
    finally:
        if not durable:
            db.execute("PRAGMA synchronous = FULL")


def identity(path: Path) -> tuple[tuple[int, int], ...]:
    """Tell which file lies there and which log of its changes; () if either cannot be seen."""
    try:
        seen = [path.with_name(path.name + suffix).stat() for suffix in ("", "-wal")]
    except OSError:
        return ()
    return tuple((part.st_dev, part.st_ino) for part in seen)


def require_same(path: Path, opened: tuple[tuple[int, int], ...]) -> None:
    """Raise sqlite3.OperationalError if the open file is no longer the one of this name.

    SQLite goes on writing into a file that somebody has deleted, and says that all is well.
    """
    if identity(path) != opened:
        raise sqlite3.OperationalError("the file was deleted or replaced while it was in use")


def _open(path: Path, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        _require_sound(db)
        prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _require_sound(db: sqlite3.Connection) -> None:
    """Read the whole file, some 10 MB: damage found later would end the program in its work."""
    (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def last_aside(path: Path) -> str | None:
    """Give the name under which the last unreadable file of this name is kept, if any is."""
    n = _free_number(path)
    return None if n == 1 else _aside(path, n - 1).name


def _free_number(path: Path) -> int:
    n = 1
    while _aside(path, n).exists():
        n += 1
    return n


def _aside(path: Path, n: int) -> Path:
    return path.with_name(f"{path.name}.unreadable-{n}")
