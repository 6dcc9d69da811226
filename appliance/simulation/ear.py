"""A board without glass: listens on the live channel as a screen in the hall does."""

from __future__ import annotations

import json
import threading
from typing import Any

from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as Refused

from appliance.errors import Unavailable
from appliance.essential import start_essential

_HELLO = json.dumps(["hello"])
_PAUSE_S = 0.3
_HEAR_S = 10.0
_SHOWN_WITHIN_S = 30.0


class BoardEar:
    """Collects the ids of the tickets that the zone's boards were told to show.

    After a lost connection the snapshot shows what was called meanwhile, as on a real board.
    """

    def __init__(self, port: int, token: str) -> None:
        self._url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._token = token
        self._stop = threading.Event()
        self._shown = threading.Event()
        self.called: set[int] = set()
        self.events = 0
        self.reconnects = -1

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

    def _listen_for_ever(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (OSError, ConnectionClosed, Refused, ValueError):
                # The server is gone just now; a board tries again until it is back.
                self._stop.wait(_PAUSE_S)

    def _listen(self) -> None:
        socket = Client.connect(self._url)
        self.reconnects += 1
        try:
            socket.receive(_HEAR_S)
            socket.send("40" + json.dumps({"token": self._token}))
            while not self._stop.is_set():
                said = socket.receive(_HEAR_S)
                if said is None:
                    return
                self._hear(socket, str(said))
        finally:
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
                self._shown.set()
            elif kind == "event" and message["type"] in ("ticket.called", "ticket.recalled"):
                self.events += 1
                self.called.add(message["payload"]["ticket"]["id"])
