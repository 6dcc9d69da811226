"""Mock buttons, pushed through an agent's control socket as a finger pushes real ones."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from appliance.simulation.touches import Touch

# The agent takes a service's button once in 3 s of real time; a citizen who finds it just
# pushed touches the glass instead.
BUTTON_REST_S = 3.3
HOLD_S = 0.12
# Long enough to be seen as let go, whatever else the computer does.
_LET_GO_S = 0.12
_BOUNCES = 3
_FELT_WITHIN_S = 3.0
_LOOK_S = 0.02
_DEBOUNCE_S = 0.03


def drive(control: Path, pin: int, level: str) -> None:
    """Set a mock pin "low" (pushed) or "high". Raises OSError if the agent is gone."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(2.0)
        link.connect(str(control))
        link.sendall(json.dumps({"op": "drive", "pin": pin, "level": level}).encode() + b"\n")
        if not link.recv(4096):
            raise ConnectionResetError("the agent closed the control socket")


class Felt:
    """Tells whether an agent has felt a push: who sees no light keeps the finger on the button."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal

    def wait(self, since_s: float, where: dict[str, object]) -> bool:
        """Return whether a press that began after `since_s` is noted within 3 s.

        `where` are columns of the journal: what the button asks for.
        """
        columns = "".join(f" AND {name} = ?" for name in where)
        query = f"SELECT 1 FROM press WHERE pressed_mono_ms >= ?{columns}"  # noqa: S608
        values = (int(since_s * 1000), *where.values())
        while time.monotonic() - since_s < _FELT_WITHIN_S:
            with closing(sqlite3.connect(f"file:{self._journal}?mode=ro", uri=True)) as db:
                if db.execute(query, values).fetchone() is not None:
                    return True
            time.sleep(_LOOK_S)
        return False


class Buttons:
    """The kiosk's buttons."""

    def __init__(self, control: Path, felt: Felt, pins: dict[str, int]) -> None:
        self._control = control
        self._felt = felt
        self._pins = pins
        self._lock = threading.Lock()
        self._pushed_s: dict[str, float] = {}

    def push(self, service: str) -> bool:
        """Push and release the button of `service`; False if it rests or nobody feels it."""
        pin = self._pins.get(service)
        if pin is None:
            return False
        with self._lock:
            last_s = self._pushed_s.get(service, -BUTTON_REST_S)
            if time.monotonic() - last_s < BUTTON_REST_S:
                return False
            pushed_s = self._pushed_s[service] = time.monotonic()
        try:
            drive(self._control, pin, "low")
            time.sleep(HOLD_S)
            felt = self._felt.wait(pushed_s, {"press": "issue", "service": service})
            drive(self._control, pin, "high")
        except OSError:
            return False
        return felt


class PanelButtons:
    """The buttons of the rating panels; one citizen at a time stands at a panel."""

    def __init__(self, control: Path, felt: Felt, pins: dict[tuple[int, str], int]) -> None:
        self._control = control
        self._felt = felt
        self._pins = pins
        self._locks = {counter: threading.Lock() for counter, _level in pins}

    def has(self, counter: int) -> bool:
        """Return whether the counter's panel has buttons."""
        return counter in self._locks

    def push(self, counter: int, level: str, *, bounce: bool = False) -> Touch:
        """Push and release a button and return the press; not `sure` if the agent went away.

        `bounce`: the contacts chatter for less than an agent takes for a press. On a busy
        computer it may last longer; then two presses are no fault.
        """
        with self._locks[counter]:
            wall_s, mono_s = time.time(), time.monotonic()
            sure, longest_s = True, 0.0
            try:
                longest_s = self._chatter(self._pins[counter, level], _BOUNCES if bounce else 0)
                time.sleep(HOLD_S)
                self._felt.wait(mono_s, {"press": "rate", "counter": counter, "level": level})
                drive(self._control, self._pins[counter, level], "high")
            except OSError:
                sure = False
            end_s, mono_end_s = time.time(), time.monotonic()
            time.sleep(_LET_GO_S)
        return Touch(
            counter,
            level,
            "pin",
            wall_s,
            end_s,
            mono_ms=(mono_s * 1000, mono_end_s * 1000),
            sure=sure,
            may_be_two=longest_s >= _DEBOUNCE_S,
        )

    def _chatter(self, pin: int, bounces: int) -> float:
        """Push, with bouncing contacts; return the longest that they stood open."""
        longest_s = 0.0
        drive(self._control, pin, "low")
        for _ in range(bounces):
            opened_s = time.monotonic()
            drive(self._control, pin, "high")
            drive(self._control, pin, "low")
            longest_s = max(longest_s, time.monotonic() - opened_s)
        return longest_s
