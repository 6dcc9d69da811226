"""From a debounced push to a press that exists.

1. A kiosk without a screen refuses while its printer is known bad: nobody could see the number.
2. Repeats within 3 s, or while unanswered, are one press. Of a rating every push is a press:
   the server judges them together.
3. The press is committed to the journal.
4. Only then its light acknowledges it, and the link is told.

A press that stays unanswered past its limit has expired for the server as well: the light says
so, and again at each repeat, but the press stays the only one until the server has answered:
its answer alone may have been lost. A rating never expires, so its light says thank you instead.
"""

from __future__ import annotations

import queue
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from appliance import logs
from appliance.clock import Clock
from appliance.devices.gpio.lights import (
    ACKNOWLEDGED,
    CONFIRMED,
    OFF,
    PRINTER_BAD,
    REFUSED,
    THANKS,
    Lights,
    Pattern,
)
from appliance.devices.journal import Journal, Press
from appliance.domain.press import PRESS_LIMIT_MS, REPEAT_MS, PressKind

# A citizen is thanked after this at the latest: the rating is on disk, the server will get it.
THANKS_AFTER_MS = 2_000
# A journal that could not be opened is tried again this often, and at every press.
_REOPEN_S = 2.0

Key = tuple[str, str | None, str | None, int | None, str | None]


@dataclass(frozen=True)
class Button:
    """A button as it is wired; it is useless while none of the printers it needs can print."""

    name: str
    pin: int
    light_pin: int | None
    press: str
    kiosk: str | None = None
    service: str | None = None
    counter: int | None = None
    needs_printer: tuple[str, ...] = ()
    level: str | None = None

    @property
    def rates(self) -> bool:
        """Return whether this is a button of a rating panel."""
        return self.press == PressKind.RATE

    @property
    def key(self) -> Key:
        """Name what is asked for: two buttons that ask the same are one for the press rule."""
        return self.press, self.kiosk, self.service, self.counter, self.level


@dataclass
class _Asked:
    """The latest press of one key: when, and the request that has no answer yet, if any."""

    mono_ms: int
    request_id: str | None
    overdue: bool = False


class PressDesk:
    """Decides what a push is, stores it, and lights what became of it.

    `pushed` and `tick` belong to the poller and never wait for the disk; `run` is the journal's
    own thread; `answered` and `set_aside` belong to the link.
    """

    name = "journal-writer"

    def __init__(
        self,
        journal: Journal,
        lights: Lights,
        clock: Clock,
        boot_id: str,
        *,
        buttons: Iterable[Button],
        printer_bad: Callable[[str], bool],
        on_stored: Callable[[], None],
        on_journal: Callable[[bool], None],
    ) -> None:
        self._journal = journal
        self._lights = lights
        self._clock = clock
        self._boot_id = boot_id
        self._buttons: Mapping[str, Button] = {button.name: button for button in buttons}
        self._printer_bad = printer_bad
        self._on_stored = on_stored
        self._on_journal = on_journal
        self._log = logs.get_logger()
        self._lock = threading.Lock()
        self._asked: dict[Key, _Asked] = {}
        self._to_store: queue.SimpleQueue[tuple[Button, Press] | None] = queue.SimpleQueue()
        for press in journal.unanswered(limit=1_000):
            self._remember(press)

    def pushed(self, button: Button, mono_ms: int) -> None:
        """Take a debounced push that began at `mono_ms`."""
        if button.needs_printer and all(map(self._printer_bad, button.needs_printer)):
            self._lights.show(button.light_pin, PRINTER_BAD)
            self._log.warning("press_refused_printer_bad", button=button.name)
            return
        with self._lock:
            asked = self._asked.get(button.key)
            if asked is not None and not button.rates:
                if asked.request_id is not None:
                    if asked.overdue:
                        self._lights.show(button.light_pin, REFUSED)
                    return
                if mono_ms - asked.mono_ms < REPEAT_MS:
                    return
            press = self._new_press(button, mono_ms)
            self._asked[button.key] = _Asked(mono_ms, press.request_id)
        self._to_store.put((button, press))

    def tick(self, mono_ms: int) -> None:
        """Tell of every press that has just become too old to count."""
        with self._lock:
            late = [
                key
                for key, asked in self._asked.items()
                if asked.request_id is not None
                and not asked.overdue
                and mono_ms - asked.mono_ms > _patience_ms(key)
            ]
            for key in late:
                self._asked[key].overdue = True
        for button in self._buttons.values():
            if button.key in late:
                self._lights.show(button.light_pin, THANKS if button.rates else REFUSED)

    def run(self) -> None:
        """Store presses one by one, each with a flush of its own, until stopped."""
        while True:
            try:
                item = self._to_store.get(timeout=None if self._journal.is_open else _REOPEN_S)
            except queue.Empty:
                self._reopen()
                continue
            if item is None:
                return
            self._reopen()
            self._store(*item)

    def stop(self) -> None:
        """End after what was pushed so far has been stored."""
        self._to_store.put(None)

    def answered(self, press: Press, outcome: str, code: str) -> None:
        """Note the server's answer and show it."""
        self._journal.mark_answered(press.request_id, outcome, code)
        good = outcome == "done" or (outcome == "repeat" and not code)
        welcome = THANKS if press.press == PressKind.RATE else CONFIRMED
        self._settle(press, welcome if good else REFUSED)
        self._log.info("press_answered", request_id=press.request_id, outcome=outcome, code=code)

    def set_aside(self, press: Press, reason: str) -> None:
        """Keep a press that the server calls invalid, show the refusal and go on."""
        self._journal.set_aside(press.request_id, reason)
        self._settle(press, REFUSED)
        self._log.error("press_set_aside", request_id=press.request_id, reason=reason)

    def _store(self, button: Button, press: Press) -> None:
        try:
            self._journal.append(press)
        except sqlite3.Error as exc:
            # A full disk must not look like a taken press; a restart would not mend it either.
            self._log.error("press_not_stored", button=button.name, error=str(exc))
            with self._lock:
                self._asked.pop(button.key, None)
            self._lights.show(button.light_pin, REFUSED)
            self._on_journal(False)
            return
        with self._lock:
            # The link may have found it in the journal and brought its answer already.
            if self._asked.get(button.key) == _Asked(press.pressed_mono_ms, press.request_id):
                self._lights.show(button.light_pin, ACKNOWLEDGED)
        self._on_journal(True)
        self._on_stored()

    def _reopen(self) -> None:
        """Open a closed journal if its disk lets us, and go on with what it holds."""
        if self._journal.is_open or not self._journal.try_open():
            return
        # Under one lock: the link may be bringing the answer to one of them right now.
        with self._lock:
            for press in self._journal.unanswered(limit=1_000):
                if press.key not in self._asked:
                    self._remember(press)
        self._on_journal(True)
        self._on_stored()

    def _settle(self, press: Press, pattern: Pattern) -> None:
        button = self._buttons.get(press.button)
        with self._lock:
            asked = self._asked.get(press.key)
            if asked is None or asked.request_id != press.request_id:
                return  # a later press of this key is shown now
            asked.request_id = None
            if button is None or (button.rates and asked.overdue):
                return  # who rated long ago was thanked, and is gone
            self._lights.show(button.light_pin, pattern)

    def _remember(self, press: Press) -> None:
        """Go on where an earlier run of the agent stopped: unanswered stays one press."""
        button = self._buttons.get(press.button)
        age_ms = self._clock.monotonic_ms() - press.pressed_mono_ms
        fresh = press.boot_id == self._boot_id and 0 <= age_ms <= _patience_ms(press.key)
        self._asked[press.key] = _Asked(press.pressed_mono_ms, press.request_id, not fresh)
        if button is not None:
            self._lights.show(button.light_pin, ACKNOWLEDGED if fresh else OFF)

    def _new_press(self, button: Button, mono_ms: int) -> Press:
        return Press(
            request_id=secrets.token_urlsafe(12),
            press=button.press,
            button=button.name,
            kiosk=button.kiosk,
            service=button.service,
            counter=button.counter,
            level=button.level,
            pressed_mono_ms=mono_ms,
            boot_id=self._boot_id,
            wall_at=self._clock.now().isoformat(timespec="milliseconds"),
        )


def _patience_ms(key: Key) -> int:
    """Return how long a press may stay without an answer before its light tells something."""
    return THANKS_AFTER_MS if key[0] == PressKind.RATE else PRESS_LIMIT_MS
