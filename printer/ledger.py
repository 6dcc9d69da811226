"""The ledger: what became of every print job, true across power cuts and kill -9.

A printed slip costs two flushes to the disk: `sending` before its first byte, and its final
state. `queued` lives in memory (whoever queued it still has it) and `sent` is written without a
flush: it survives the death of the process, and after a power cut `sending` means the same. A job
of which nothing was sent after all is taken back in the same way: it is out of the file, and
whoever queued it still has it. After a power cut it may be called `unknown`; it is never doubled.

A disk that is full or read-only is a state of the ledger, not its end. No slip is sent whose
`sending` cannot be stored. Every other state is something that has happened: it is told from
memory, and stored when the disk takes it. A restart before that finds what is on the disk: a slip
that was sent is `unknown` then, one that was not is offered again and is too late. A file that was
deleted or replaced under an open ledger takes nothing either.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from printer import ledger_db, own_file
from printer.errors import JobUnknown, LedgerBusy, LedgerUnwritable, TransitionRefused
from printer.ledger_row import LedgerRow, from_raw, to_raw
from printer.paper import PaperUse
from printer.states import IN_FLIGHT, TRANSITIONS, State

__all__ = ["Ledger", "LedgerRow", "State"]


class Ledger:
    """The only writer of one ledger file; every method may be called from any thread."""

    def __init__(
        self,
        path: Path | str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = Path(path)
        self._now = now
        self._lock = threading.RLock()
        self._queued: dict[str, LedgerRow] = {}
        self._reported: dict[str, int] = {}
        self._held: list[LedgerRow] = []
        self._taken_back: list[str] = []
        self._paper_held = False
        self.unwritable = ""
        """What the disk said when it refused the last change; empty while it takes them."""
        self._lock_fd = _lock(self._path)
        try:
            self._db, self.set_aside = ledger_db.connect(self._path, self._stamp())
        except BaseException:
            os.close(self._lock_fd)
            raise
        try:
            self._lost = ledger_db.lost(self._db)
            self._opened = own_file.identity(self._path)
            self._paper = ledger_db.paper_use(self._db)
        except BaseException:
            self._db.close()
            os.close(self._lock_fd)
            raise
        self.durable_flushes = 0
        """How many commits have waited for the disk since opening (the flush budget's proof)."""

    @property
    def lost_at(self) -> datetime | None:
        """Tell when the ledger before this one was found unreadable, if that ever happened.

        What was printed before then and not reported, this ledger does not know.
        """
        return None if self._lost is None else datetime.fromisoformat(self._lost[0])

    def recover(self) -> list[LedgerRow]:
        """Turn every job that a dead process left in flight into `unknown`, and give those.

        Each may have taken the paper of a slip: better to warn of its end early than late.
        """
        with self._lock:
            rows = self._rows("state IN ('sending', 'sent')")
            if rows:
                moved = [row.moved(State.UNKNOWN, "restart", self._stamp()) for row in rows]
                self._write(moved, paper=self._paper.fed(len(rows) * self._paper.mean_mm))
            return [row for row in (self.known(row.job_id) for row in rows) if row is not None]

    def leftover_possible(self) -> bool:
        """True if the printer may still hold part of the last job that was sent to it.

        A ledger that has sent nothing yet knows nothing of the printer: its file may be new
        because the old one was deleted, the printer renamed, or the memory card replaced.
        """
        with self._lock:
            last = ledger_db.last_sent_state(self._db)
        return last is None or State(last) in IN_FLIGHT | {State.UNKNOWN, State.SUPERSEDED}

    def known(self, job_id: str) -> LedgerRow | None:
        """Give the job's row, or None if this ledger has never heard of it."""
        with self._lock:
            if job_id in self._queued:
                return self._queued[job_id]
            held = [self._heard(row) for row in self._held if row.job_id == job_id]
            found = held or self._rows("job_id = ?", job_id)
            return found[-1] if found else None

    def enqueue(self, job_id: str, slip: dict[str, Any], printer: str) -> tuple[LedgerRow, bool]:
        """Note a new job in memory; give its row and True, or the row it already has and False."""
        with self._lock:
            if (row := self.known(job_id)) is not None:
                return row, False
            row = LedgerRow(job_id, State.QUEUED, 1, "", slip, printer, self._stamp())
            self._queued[job_id] = row
            return row, True

    def doubt(self, job_id: str, printer: str, reason: str) -> LedgerRow:
        """Note a job that may have been printed before this ledger began: it is `unknown`."""
        with self._lock:
            if (row := self.known(job_id)) is not None:
                return row
            row = LedgerRow(job_id, State.UNKNOWN, 1, reason, {}, printer, self._stamp())
            self._write([row])
            return row

    def move(
        self,
        job_id: str,
        state: State,
        reason: str = "",
        slip_mm: float = 0.0,
        fed_mm: float = 0.0,
    ) -> LedgerRow:
        """Store the job's next state before anybody acts on it; a forbidden one is refused.

        The paper of a slip, and any other that was fed, are counted in the same commit. Raises
        LedgerUnwritable, and the job is still queued, if `sending` cannot be stored.
        """
        with self._lock:
            moved = self._next(job_id, state, reason)
            paper = self._paper.after(slip_mm) if slip_mm else self._paper
            paper = paper.fed(fed_mm) if fed_mm else paper
            changed = None if paper is self._paper else paper
            sending = state is State.SENDING
            self._write([moved], durable=state is not State.SENT, paper=changed, must=sending)
            self._queued.pop(job_id, None)
            return moved

    def take_back(self, job_id: str, reason: str) -> LedgerRow:
        """Note that no byte of a job in `sending` was given away: it is queued again, in memory."""
        with self._lock:
            row = self._next(job_id, State.QUEUED, reason)
            self._queued[job_id] = row
            self._taken_back.append(job_id)
            self._write([], durable=False)
            return row

    @property
    def paper(self) -> PaperUse:
        """Tell what was printed since the roll was changed."""
        with self._lock:
            return self._paper

    def roll_changed(self, change_id: str = "") -> bool:
        """Note that a full roll was put in; say whether that is news.

        The same `change_id` as the last one's is the same change, told once more.
        """
        with self._lock:
            if change_id and change_id == self._paper.change_id:
                return False
            self._write([], paper=self._paper.with_new_roll(self._stamp(), change_id))
            return True

    def unreported(self) -> list[LedgerRow]:
        """Give every job whose latest state has not been reported, oldest change first."""
        with self._lock:
            held = {row.job_id: self._heard(row) for row in self._held}
            rows = [row for row in self._rows("rev > reported_rev") if row.job_id not in held]
            return [row for row in (*rows, *held.values()) if row.rev > row.reported_rev]

    def mark_reported(self, job_id: str, rev: int) -> None:
        """Note that this revision was reported; stored with the next write or on close.

        Losing the note costs a repeated report, nothing else, so it is not worth a flush.
        """
        with self._lock:
            self._reported[job_id] = max(rev, self._reported.get(job_id, 0))

    def try_disk(self) -> bool:
        """Try to store what the disk refused, and say whether it takes the changes of a slip."""
        with self._lock:
            self._write([])
            try:
                ledger_db.probe(self._db)
            except sqlite3.OperationalError as error:
                self.unwritable = str(error)
            return not self.unwritable

    def prune(self, keep_days: int = 30) -> int:
        """Forget final, reported jobs older than this and say how many."""
        limit = (self._now() - timedelta(days=keep_days)).isoformat(timespec="milliseconds")
        with self._lock:
            self._write([])
            try:
                # One old row stays: it tells whether the printer may hold a leftover.
                return ledger_db.prune(self._db, limit)
            except sqlite3.OperationalError as error:
                self.unwritable = str(error)
                return 0

    def close(self) -> None:
        """Store what is still only in memory and let another process have the file."""
        with self._lock:
            if self._lock_fd < 0:
                return
            if self._reported or self._held or self._paper_held or self._taken_back:
                self._write([])
            self._db.close()
            os.close(self._lock_fd)
            self._lock_fd = -1

    def __enter__(self) -> Ledger:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _next(self, job_id: str, state: State, reason: str) -> LedgerRow:
        row = self.known(job_id)
        if row is None:
            raise JobUnknown(job_id=job_id)
        if state not in TRANSITIONS[row.state]:
            raise TransitionRefused(job_id=job_id, was=row.state.value, wanted=state.value)
        return row.moved(state, reason, self._stamp())

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds")

    def _rows(self, where: str, *values: object) -> list[LedgerRow]:
        return [self._heard(from_raw(raw)) for raw in ledger_db.select(self._db, where, values)]

    def _heard(self, row: LedgerRow) -> LedgerRow:
        """Give the row with what was reported of it since it was stored."""
        return replace(row, reported_rev=max(row.reported_rev, self._reported.get(row.job_id, 0)))

    def _write(
        self,
        rows: list[LedgerRow],
        durable: bool = True,
        paper: PaperUse | None = None,
        must: bool = False,
    ) -> None:
        """Store the rows, and before them those that the disk refused.

        What it refuses is true all the same and kept in memory, unless somebody `must` not act
        before it is stored: then that is left as it was, and LedgerUnwritable raised.
        """
        durable = durable or bool(self._held)
        self._paper_held |= paper is not None
        self._paper = paper or self._paper
        told = self._paper if self._paper_held else None
        try:
            own_file.require_same(self._path, self._opened)
            raw = [to_raw(row) for row in (*self._held, *rows)]
            ledger_db.write(self._db, raw, self._reported, durable, told, self._taken_back)
        except sqlite3.OperationalError as error:
            self.unwritable = str(error)
            if must:
                raise LedgerUnwritable(why=str(error)) from error
            self._held += rows
            return
        self._held, self._paper_held, self.unwritable = [], False, ""
        self._taken_back = []
        self._reported.clear()
        self.durable_flushes += durable


def _lock(path: Path) -> int:
    try:
        return own_file.lock(path.with_name(path.name + ".lock"))
    except BlockingIOError as error:
        raise LedgerBusy(path=str(path)) from error
