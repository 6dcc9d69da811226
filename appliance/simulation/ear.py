"""A board without glass: listens on the live channel as a screen in the hall does."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from socket import create_connection
from typing import Any

from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as Refused

from appliance.clock import DemoClock
from appliance.errors import Unavailable
from appliance.essential import start_essential

_HELLO = json.dumps(["hello"])
_PAUSE_S = 0.3
_HEAR_S = 10.0
_SHOWN_WITHIN_S = 30.0
# What was called just before the line broke may not have come through it.
_ON_THE_WAY_MS = 1_000


class BoardEar:
    """Collects the ids of the tickets that the zone's boards were told to show.

    After a lost connection the snapshot shows what is called then, as on a real board: who was
    called and served while it was cut off is never shown.
    """

    def __init__(self, port: int, token: str, clock: DemoClock) -> None:
        self._port = port
        self._url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._token = token
        self._clock = clock
        self._on_the_way = clock.real_to_domain(_ON_THE_WAY_MS)
        self._stop = threading.Event()
        self._shown = threading.Event()
        self.called: set[int] = set()
        self._cut_since: datetime | None = None
        self._cut_off: list[tuple[datetime, datetime]] = []

    def start(self) -> None:
        """Begin to listen; return once the board shows what is called just now.

        Raises Unavailable if that takes longer than 30 s.
        """
        start_essential("board ear", self._listen_for_ever)
        if not self._shown.wait(_SHOWN_WITHIN_S):
            raise Unavailable("server_silent", path=self._url)

    def stop(self) -> None:
        """Listen no more."""
        self._stop.set()

    def never_shown(self, calls: Mapping[int, datetime]) -> list[int]:
        """Return the tickets that no board showed, of `calls` (when each was called).

        Not those that were called while the board was cut off.
        """
        return sorted(
            ticket
            for ticket, at in calls.items()
            if ticket not in self.called
            and not any(start <= at <= end for start, end in self._cut_off)
            and (self._cut_since is None or at < self._cut_since)
        )

    def _listen_for_ever(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (OSError, ConnectionClosed, Refused, ValueError):
                # The server is gone just now; a board tries again until it is back.
                self._stop.wait(_PAUSE_S)

    def _listen(self) -> None:
        # The client leaves a socket that was refused open: it is not asked while nobody listens.
        create_connection(("127.0.0.1", self._port), _HEAR_S).close()
        socket = Client.connect(self._url)
        silent_since: datetime | None = None
        try:
            socket.receive(_HEAR_S)
            socket.send("40" + json.dumps({"token": self._token}))
            while not self._stop.is_set():
                asked_at = self._clock.now()
                said = socket.receive(_HEAR_S)
                if said is None:
                    silent_since = asked_at
                    return
                self._hear(socket, str(said))
        finally:
            if self._cut_since is None:
                self._cut_since = (silent_since or self._clock.now()) - self._on_the_way
            socket.close()

    def _hear(self, socket: Any, said: str) -> None:
        if said == "2":
            socket.send("3")
        elif said.startswith("40"):
            socket.send("42" + _HELLO)
        elif said.startswith("42"):
            kind, message = json.loads(said[2:])
            if kind == "snapshot":
                self.called.update(call["ticket"]["id"] for call in message["state"]["calls"])
                if self._cut_since is not None:
                    self._cut_off.append((self._cut_since, self._clock.now()))
                    self._cut_since = None
                self._shown.set()
            elif kind == "event" and message["type"] in ("ticket.called", "ticket.recalled"):
                self.called.add(message["payload"]["ticket"]["id"])
