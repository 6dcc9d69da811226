"""What waits to be told to the server: presses, ends of print jobs, states of devices.

Each source gives its rows in the order in which they happened and is told what became of each;
the link decides when, and knows nothing of journals and ledgers.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from appliance import logs
from appliance.clock import Clock
from appliance.devices.journal import Journal, Press
from appliance.devices.presses import PressDesk
from appliance.protocol.agent import DeviceRow, PaperBody, PressRow, Row, RowResult

DeviceKind = Literal["printer", "button", "agent"]
DeviceState = Literal["ok", "degraded", "failed", "unknown"]

REFRESH_MS = 30_000
_MOST_CHANGES = 500


@dataclass(frozen=True)
class Outgoing:
    """One row, and whom to tell what the server said: an answer, or that the row is invalid."""

    row: Row
    answered: Callable[[RowResult], None]
    set_aside: Callable[[str], None]


class Source(Protocol):
    """Something that has rows to report."""

    def pending(self, limit: int) -> list[Outgoing]:
        """Return the oldest rows that still have to be reported; the same ones until told."""


class PressReports:
    """The presses of the journal that have no answer."""

    def __init__(self, journal: Journal, desk: PressDesk, clock: Clock, boot_id: str) -> None:
        self._journal = journal
        self._desk = desk
        self._clock = clock
        self._boot_id = boot_id

    def pending(self, limit: int) -> list[Outgoing]:
        """Return unanswered presses with their age at this moment."""
        return [self._outgoing(press) for press in self._journal.unanswered(limit)]

    def _outgoing(self, press: Press) -> Outgoing:
        # Monotonic time begins anew at every boot: of an older press nobody knows the age.
        same_boot = press.boot_id == self._boot_id
        age_ms = max(0, self._clock.monotonic_ms() - press.pressed_mono_ms) if same_boot else None
        row = PressRow.model_validate(
            {
                "request_id": press.request_id,
                "press": press.press,
                "button": press.button,
                "age_ms": age_ms,
                "kiosk": press.kiosk,
                "service": press.service,
                "counter": press.counter,
                "level": press.level,
            }
        )
        return Outgoing(
            row,
            lambda result: self._desk.answered(press, result.outcome, result.code),
            lambda reason: self._desk.set_aside(press, reason),
        )


@dataclass(frozen=True)
class _Change:
    kind: DeviceKind
    device: str
    state: DeviceState
    causes: tuple[str, ...]
    mono_ms: int


class DeviceReports:
    """The states of all devices here: every change in order, and all of them again by and by.

    The server computes a state from the last report and its age, so an unchanged one is said
    again every 30 s, and at once when the link is back (the server may have been restarted).
    """

    def __init__(self, clock: Clock, agent: str, on_news: Callable[[], None]) -> None:
        self._clock = clock
        self._agent = agent
        self._on_news = on_news
        self._lock = threading.Lock()
        self._now: dict[tuple[DeviceKind, str], _Change] = {}
        self._waiting: deque[_Change] = deque()
        self._paper: dict[str, PaperBody] = {}
        self._refreshed_ms = clock.monotonic_ms()
        self._log = logs.get_logger()

    def report(
        self, kind: DeviceKind, device: str, state: DeviceState, causes: tuple[str, ...] = ()
    ) -> None:
        """Note a device's state; an unchanged one is no news."""
        change = _Change(kind, device, state, causes, self._clock.monotonic_ms())
        with self._lock:
            was = self._now.get((kind, device))
            if was is not None and (was.state, was.causes) == (state, causes):
                return
            self._now[kind, device] = change
            self._waiting.append(change)
            dropped = len(self._waiting) > _MOST_CHANGES and self._waiting.popleft()
        if dropped:
            self._log.error("device_change_dropped", device=dropped.device, state=dropped.state)
        if was is not None or state != "ok":
            self._log.info("device_state", device=device, kind=kind, state=state, causes=causes)
        self._on_news()

    def paper(self, printer: str, paper: PaperBody) -> None:
        """Note how much paper is left; it is told with the printer's state, which must be known."""
        with self._lock:
            if self._paper.get(printer) == paper:
                return
            self._paper[printer] = paper
            self._say_again(("printer", printer))
        self._on_news()

    def button(self, name: str, stuck: bool = False) -> None:
        """Note whether a button is stuck."""
        if stuck:
            self.report("button", name, "failed", ("stuck",))
        else:
            self.report("button", name, "ok")

    def journal(self, works: bool = True) -> None:
        """Note whether the agent can store presses; if not, the agent itself has failed."""
        if works:
            self.report("agent", self._agent, "ok")
        else:
            self.report("agent", self._agent, "failed", ("journal_unwritable",))

    def refresh(self) -> None:
        """Say every state again with the next report."""
        with self._lock:
            self._refresh()
        self._on_news()

    def states(self, kind: DeviceKind) -> dict[str, tuple[DeviceState, tuple[str, ...]]]:
        """Return the present state and causes of every device of one kind."""
        with self._lock:
            return {c.device: (c.state, c.causes) for c in self._now.values() if c.kind == kind}

    def pending(self, limit: int) -> list[Outgoing]:
        """Return the waiting changes, after a while followed by every unchanged state."""
        with self._lock:
            if self._clock.monotonic_ms() - self._refreshed_ms >= REFRESH_MS:
                self._refresh()
            return [self._outgoing(change) for change in list(self._waiting)[:limit]]

    def _refresh(self) -> None:
        self._refreshed_ms = self._clock.monotonic_ms()
        for key in self._now:
            self._say_again(key)

    def _say_again(self, key: tuple[DeviceKind, str]) -> None:
        if any((change.kind, change.device) == key for change in self._waiting):
            return
        self._waiting.append(replace(self._now[key], mono_ms=self._clock.monotonic_ms()))

    def _outgoing(self, change: _Change) -> Outgoing:
        paper = self._paper.get(change.device) if change.kind == "printer" else None
        row = DeviceRow(
            device=change.device,
            device_kind=change.kind,
            state=change.state,
            causes=change.causes,
            age_ms=max(0, self._clock.monotonic_ms() - change.mono_ms),
            paper=paper,
        )

        def answered(_result: RowResult) -> None:
            self._drop(change)
            with self._lock:
                # It has changed while the answer was under way.
                if change.kind == "printer" and self._paper.get(change.device) != paper:
                    self._say_again((change.kind, change.device))

        def set_aside(reason: str) -> None:
            self._log.error("device_row_set_aside", device=change.device, reason=reason)
            self._drop(change)

        return Outgoing(row, answered, set_aside)

    def _drop(self, change: _Change) -> None:
        with self._lock:
            for waiting in self._waiting:
                if waiting is change:
                    self._waiting.remove(waiting)
                    return
