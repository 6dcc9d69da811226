"""A look into a database that cannot write, for programs beside the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from appliance.errors import Unavailable
from appliance.storage.engine import open_read_only


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """Give a read transaction; raises Unavailable("storage_failed")."""
    try:
        there = path.is_file()
    except OSError as exc:
        raise Unavailable("storage_failed", reason=exc.strerror or type(exc).__name__) from exc
    if not there:
        raise Unavailable("storage_failed", reason="no such file")
    engine = create_engine("sqlite://", creator=lambda: open_read_only(path), poolclass=StaticPool)
    try:
        with engine.connect() as conn:
            conn.exec_driver_sql("BEGIN")
            yield conn
    except DatabaseError as exc:
        raise Unavailable("storage_failed", reason=str(exc.orig)) from exc
    finally:
        engine.dispose()
