"""The printers of this Pi, each with its ledger: one that cannot be opened is tried again.

A ledger that belongs to somebody else, is held by another program or lies on a dead disk is the
fault of that one printer. The agent lives: its buttons, panels and other printers need none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from appliance import logs
from printer.errors import LedgerBusy
from printer.ledger import Ledger
from printer.spooler import Spooler


@dataclass(frozen=True)
class Desk:
    """One printer of this Pi: its name, its ledger and the thread that prints."""

    printer: str
    ledger: Ledger
    spooler: Spooler


class Desks:
    """Opens every desk that can be opened, at once and whenever asked to; for any thread."""

    def __init__(self, ways: Mapping[str, Callable[[], Desk]]) -> None:
        self._ways = ways
        self._open: dict[str, Desk] = {}
        self._why: dict[str, str] = {}
        self._log = logs.get_logger()
        self.try_closed()

    def __iter__(self) -> Iterator[Desk]:
        """Go over the desks that are open."""
        return iter(tuple(self._open.values()))

    def get(self, printer: str) -> Desk | None:
        """Return the printer's desk if it is open."""
        return self._open.get(printer)

    def closed(self) -> list[str]:
        """Name the printers whose desks cannot be opened."""
        return [name for name in self._ways if name not in self._open]

    def try_closed(self) -> None:
        """Try to open what is closed; each new reason why it cannot be is logged once."""
        for name in self.closed():
            try:
                desk = self._ways[name]()
            except (LedgerBusy, OSError, sqlite3.Error) as exc:
                why = f"{type(exc).__name__}: {exc}"
                if self._why.get(name) != why:
                    self._log.error("ledger_unusable", printer=name, error=why)
                self._why[name] = why
            else:
                # A new dictionary, because other threads go over the old one.
                self._open = {**self._open, name: desk}
