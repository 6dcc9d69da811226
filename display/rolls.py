"""The paper of the printers, as their agents tell it, and the new rolls they have yet to count.

Kept in memory: every report tells the paper again, and the changes are in the log.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from appliance.protocol.agent import PaperBody, RollMessage
from appliance.protocol.status import StatusPaper
from appliance.usecases.change_roll import RollChange


class Rolls:
    """What each printer told last, and the last change of its roll; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, PaperBody] = {}
        self._changes: dict[str, RollChange] = {}

    def load(self, changes: Mapping[str, RollChange]) -> None:
        """Take the changes that the log holds."""
        with self._lock:
            self._changes = dict(changes)

    def told(self, printer: str, paper: PaperBody) -> None:
        """Remember what the printer's agent counted."""
        with self._lock:
            self._told[printer] = paper

    def note(self, change: RollChange) -> None:
        """Offer a change to the printer's agent until it is counted."""
        with self._lock:
            self._changes[change.printer] = change

    def counted(self, change: RollChange) -> bool:
        """Return whether the agent has told that it counts anew since this change."""
        with self._lock:
            told = self._told.get(change.printer)
        return told is not None and told.change_id == change.change_id

    def printed_mm(self, printer: str) -> int | None:
        """Return what the roll has given so far; None if nobody told."""
        with self._lock:
            told = self._told.get(printer)
        return None if told is None else told.printed_mm

    def messages(self, printers: frozenset[str], after: int) -> list[RollMessage]:
        """Return the changes after position `after` that are not counted yet.

        Only the last one of a printer: an older one would set its count back once more.
        """
        with self._lock:
            waiting = [
                change
                for change in self._changes.values()
                if change.printer in printers and change.seq > after and self._pending(change)
            ]
        return [
            RollMessage(n=change.seq, printer=change.printer, change_id=change.change_id)
            for change in waiting
        ]

    def papers(self) -> dict[str, StatusPaper]:
        """Return what the status page shows, by printer."""
        with self._lock:
            return {
                printer: StatusPaper(
                    printed_mm=told.printed_mm,
                    tickets_left=told.tickets_left,
                    changed_at=told.changed_at,
                    pending=printer in self._changes and self._pending(self._changes[printer]),
                )
                for printer, told in self._told.items()
            }

    def _pending(self, change: RollChange) -> bool:
        told = self._told.get(change.printer)
        return told is None or told.change_id != change.change_id
