"""A table that cannot be read for a while, as of a damaged file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from appliance.usecases.context import Context


@contextlib.contextmanager
def unreadable(ctx: Context, table: str) -> Iterator[None]:
    """Take the table away by another connection, and put it back."""
    with contextlib.closing(sqlite3.connect(ctx.db.path, timeout=10)) as db:
        db.execute(f"ALTER TABLE {table} RENAME TO gone")
        try:
            yield
        finally:
            db.execute(f"ALTER TABLE gone RENAME TO {table}")
