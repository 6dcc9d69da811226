"""The live channel: one publisher thread tails the log and is the only one that emits.

It is woken after every commit of this process, and looks every 500 ms for what the command line
wrote. Each screen has its own stream of ``(prev, seq)``; see `protocol.live` for the messages.

Longer than 300 lines because one lock guards the screens, their streams and their voices.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from appliance.essential import Tries, start_essential
from appliance.protocol.live import (
    TICK_S,
    Drawn,
    LiveEvent,
    Snapshot,
    Sound,
    Speaker,
    Spoken,
    Tick,
    Unheard,
)
from appliance.storage import log
from appliance.storage.log import LogRow
from appliance.storage.types import iso
from appliance.usecases.context import Context
from appliance.usecases.open_day import current_day
from display import streams
from display.screen import Screen
from display.streams import LEVELS, View
from display.unspoken import CallMemory

Emit = Callable[[str, dict[str, Any], str], None]
StatusSource = Callable[[bool], tuple[int, dict[str, Any]]]
POLL_S = 0.5
# A screen that vanished may not know it yet: it falls silent QUIET_MS after the last word it heard
# (display/static/js/live.js), and was asked for a sign of life no earlier than PING_S before it was
# missed.
HAND_OVER_S = 4.0
# Events after which no screen's old state is worth keeping.
_ANEW = frozenset({"day.opened", "office.configured"})


class Hub:
    """The connected screens and the publisher that feeds them."""

    def __init__(self, ctx: Context, max_screens: int) -> None:
        self._ctx = ctx
        self._max = max_screens
        self._emit: Emit | None = None
        # Emitting may find a screen silent for too long; Engine.IO then disconnects it at once, in
        # this thread, and `disconnect` comes back here. A plain lock would freeze every screen.
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._screens: dict[str, Screen] = {}
        self._position: int | None = None
        self._day: date | None = None
        self._thread: threading.Thread | None = None
        self._status: StatusSource | None = None
        self._calls = CallMemory()
        self._tries = Tries("publisher")
        self._kept_until_s: dict[View, float] = {}

    def show_status(self, source: StatusSource) -> None:
        """Take what status pages are shown from `source`: the log's position and the state.

        It is asked with True for whoever may see how citizens rated.
        """
        self._status = source

    def start(self, emit: Emit) -> None:
        """Begin to publish through `emit(event, message, sid)`, from the end of the log.

        If the log cannot be read now, as soon as it can.
        """
        self._emit = emit
        with self._tries.at("events"):
            self._begin()
        self._ctx.db.on_commit(self._wake.set)
        self._thread = start_essential("publisher", self._run)

    @property
    def alive(self) -> bool:
        """Return whether the publisher runs."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def refused(self) -> str:
        """Return the key of what keeps the log from being read now; "" for nothing."""
        return self._tries.refused("events")

    def connect(self, sid: str, view: View, device: str) -> bool:
        """Take a screen in; False when the sockets' share of the threads is used up."""
        with self._lock:
            if len(self._screens) >= self._max:
                return False
            self._screens[sid] = Screen(sid, view, device)
            return True

    def disconnect(self, sid: str, *, vanished: bool = False) -> None:
        """Forget a screen. One that `vanished` may still speak: its voice is kept for a while."""
        with self._lock:
            gone = self._screens.pop(sid, None)
            if gone is not None:
                if vanished and gone.speaks and self._heirs(gone.view):
                    self._kept_until_s[gone.view] = time.monotonic() + HAND_OVER_S
                self._pass_voice_on(gone.view)

    def drop_device(self, device: str) -> list[str]:
        """Return the sids of a device whose token was taken back, and forget them.

        "staff:lan" stands for every session of hers, "staff:lan:1:x" for one.
        """
        with self._lock:
            sids = [
                sid
                for sid, screen in self._screens.items()
                if f"{screen.device}:".startswith(f"{device}:")
            ]
            for view in {self._screens.pop(sid).view for sid in sids}:
                self._pass_voice_on(view)
            return sids

    def hello(self, sid: str) -> None:
        """Answer a screen's hello with a snapshot; its stream goes on from there.

        Under the lock no event is emitted between the reading and the sending, and what the
        snapshot holds already is dropped later by its seq.
        """
        with self._lock:
            screen = self._screens.get(sid)
            if screen is not None:
                self._send_snapshot(screen)

    def sound(self, sid: str, message: Sound) -> None:
        """Remember, in memory only, whether a screen can be heard."""
        with self._lock:
            screen = self._screens.get(sid)
            if screen is not None:
                screen.sound = message.state

    def spoken(self, sid: str, message: Spoken) -> None:
        """Remember, in memory only, which call a screen has played to its end."""
        with self._lock:
            screen = self._screens.get(sid)
            if screen is not None:
                screen.spoken.append(message)
                self._calls.played(screen.view.key, message.seq)
                screen.missed = False

    def unheard(self, sid: str, _message: Unheard) -> None:
        """Remember, in memory only, that a screen could not play its last call."""
        with self._lock:
            screen = self._screens.get(sid)
            if screen is not None:
                screen.missed = True

    def drawn(self, sid: str, message: Drawn) -> None:
        """Remember, in memory only, what a screen has painted."""
        with self._lock:
            screen = self._screens.get(sid)
            if screen is not None:
                screen.drawn_seq = message.seq
                screen.frame = message.frame
                screen.drawn_at_s = time.monotonic()

    def screens(self) -> list[Screen]:
        """Return the connected screens."""
        with self._lock:
            return list(self._screens.values())

    def _run(self) -> None:
        next_tick_s = time.monotonic() + TICK_S
        while True:
            self._wake.wait(max(0.0, min(POLL_S, next_tick_s - time.monotonic())))
            self._wake.clear()
            tick = time.monotonic() >= next_tick_s
            if tick:
                next_tick_s = time.monotonic() + TICK_S
            self._round(tick=tick)

    def _round(self, *, tick: bool) -> None:
        """Publish what is new, and after it the tick if it is time for one.

        Of a log that cannot be read no tick goes out either: the screens say that they have lost
        it, and what was not published is published later.
        """
        with self._tries.at("events"):
            if self._position is None:
                self._begin()
            self._publish()
            if tick:
                self._tick()
        with self._tries.at("voices"):
            self._hand_over()

    def _begin(self) -> None:
        """Find the log's end; whoever was shown something before is shown it anew from there."""
        with self._lock:
            with self._ctx.db.read() as conn:
                position = log.head(conn)
                self._day = current_day(conn, self._ctx.clock.now())
            for screen in self.screens():
                if screen.last is not None:
                    self._send_snapshot(screen)
            self._position = position

    def _publish(self) -> None:
        while rows := self._new_rows():
            with self._lock:
                for row in rows:
                    self._calls.note(row)
                    self._send_event(row)
                self._position = rows[-1].seq

    def _new_rows(self) -> list[LogRow]:
        if self._position is None:
            return []
        with self._ctx.db.read() as conn:
            return log.after(conn, self._position)

    def _send_event(self, row: LogRow) -> None:
        for screen in self.screens():
            if screen.last is None or row.seq <= screen.last:
                continue
            if row.type in _ANEW:
                self._send_snapshot(screen)
            elif streams.wants(self._ctx.office, screen.view, row):
                message = LiveEvent(
                    prev=screen.last,
                    seq=row.seq,
                    at=iso(row.at),
                    type=row.type,
                    payload=streams.dress(screen.view, row),
                )
                screen.last = row.seq
                self._send("event", message.model_dump(mode="json"), screen.sid)

    def _tick(self) -> None:
        """Tell every screen the stream's position; a new office day shows everywhere at once."""
        now = self._ctx.clock.now()
        with self._ctx.db.read() as conn:
            day = current_day(conn, now)
        with self._lock:
            for screen in self.screens():
                if screen.last is None:
                    continue
                if day != self._day:
                    self._send_snapshot(screen)
                message = Tick(seq=screen.last, at=iso(now))
                self._send("tick", message.model_dump(mode="json"), screen.sid)
            self._day = day

    def _send_snapshot(self, screen: Screen) -> None:
        if screen.view.kind == "status":
            assert self._status is not None, "show_status() comes first"
            seq, state = self._status(screen.view.key == LEVELS)
        else:
            seq, state = streams.snapshot(self._ctx, screen.view)
        screen.last = seq
        if screen.view.kind == "board":
            self._hush_others(screen)  # first: from the snapshot on this one may be heard
            screen.speaks = state["sound"] = self._is_speaker(screen)
            state["others"] = self._heirs(screen.view) != [screen]
            state["unspoken"] = self._unspoken(screen, state, seq)
        message = Snapshot(seq=seq, at=iso(self._ctx.clock.now()), state=state)
        self._send("snapshot", message.model_dump(mode="json"), screen.sid)

    def _unspoken(self, screen: Screen, state: dict[str, Any], seq: int) -> list[dict[str, Any]]:
        """Return the calls that this screen must speak although its snapshot holds them."""
        if not screen.speaks:
            return []
        # The publisher may not have reached what the snapshot holds; it will drop it later.
        coming = [row for row in self._new_rows() if row.seq <= seq]
        return self._calls.owed(screen.view.key, state, coming)

    def _hush_others(self, screen: Screen) -> None:
        """Tell whoever spoke for the board until now: two would speak over each other."""
        for other in self.screens():
            if other.view == screen.view and other.speaks and not self._is_speaker(other):
                other.speaks = False
                self._send("speaker", Speaker(sound=False).model_dump(mode="json"), other.sid)

    def _pass_voice_on(self, view: View) -> None:
        """Give the voice of a screen that is gone, and what it still owed, to the one before it."""
        for screen in self._heirs(view):
            if self._is_speaker(screen) and not screen.speaks:
                self._send_snapshot(screen)

    def _hand_over(self) -> None:
        """Pass on the voices that were kept for screens that vanished."""
        with self._lock:
            now_s = time.monotonic()
            due = [view for view, until_s in self._kept_until_s.items() if until_s <= now_s]
            for view in due:
                until_s = self._kept_until_s.pop(view)
                try:
                    self._pass_voice_on(view)
                except BaseException:
                    self._kept_until_s[view] = until_s  # of a log that cannot be read now
                    raise

    def _heirs(self, view: View) -> list[Screen]:
        return [s for s in self.screens() if s.view == view and view.kind == "board"]

    def _is_speaker(self, screen: Screen) -> bool:
        """Return whether this screen speaks: the newest of a board with sound that said hello."""
        if not self._ctx.office.board(screen.view.key).sound or screen.view in self._kept_until_s:
            return False
        same = [s for s in self._screens.values() if s.view == screen.view and s.last is not None]
        return bool(same) and same[-1] is screen  # none: it went while it was being told

    def _send(self, event: str, message: dict[str, Any], sid: str) -> None:
        assert self._emit is not None, "start() comes first"
        self._emit(event, message, sid)
