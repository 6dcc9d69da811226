"""A screen without a picture: speaks Engine.IO 4 and Socket.IO over one WebSocket."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as HandshakeRefused

from tests.support.wait import wait_for

PATH = "/socket.io/?EIO=4&transport=websocket"
WITHIN_S = 20.0


class Refused(Exception):
    """The server did not let the screen in; `code` says why."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.code = data.get("data", {}).get("code", "") if isinstance(data, dict) else ""


@dataclass
class Heard:
    """One message of the server."""

    name: str
    body: dict[str, Any]


@dataclass
class Screen:
    """A connected screen; `events` are all that came since the last snapshot, in order."""

    socket: Client
    snapshot: dict[str, Any] = field(default_factory=dict)
    snapshots: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    ticks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Return the seq that the screen holds; fail if an event did not fit."""
        seq = int(self.snapshot["seq"])
        for event in self.events:
            assert event["prev"] == seq, f"{event['prev']} does not follow {seq}"
            assert event["seq"] > seq
            seq = event["seq"]
        return seq

    def say(self, name: str, *words: object) -> None:
        """Send an event."""
        self.raw("42" + json.dumps([name, *words]))

    def raw(self, text: str | bytes) -> None:
        """Send a packet as it is."""
        self.socket.send(text)

    def hello(self) -> dict[str, Any]:
        """Say hello and return the snapshot that answers."""
        known = self.snapshots
        self.say("hello")
        self.until(lambda: self.snapshots > known, "the snapshot")
        return self.snapshot

    def until(
        self, condition: Callable[[], object], what: str = "", within_s: float = WITHIN_S
    ) -> None:
        """Listen until the condition holds."""
        deadline_s = time.monotonic() + within_s
        while not condition():
            left_s = deadline_s - time.monotonic()
            assert left_s > 0, f"not heard: {what}; {self.events[-3:]}"
            self.listen(min(left_s, 0.2))

    def listen(self, timeout_s: float) -> Heard | None:
        """Take in one packet; answers pings. Raises ConnectionClosed."""
        packet = self.socket.receive(timeout=timeout_s)
        if packet == "2":
            self.raw("3")
        elif isinstance(packet, str) and packet.startswith("42"):
            name, body = json.loads(packet[2:])
            self._take(name, body)
            return Heard(name, body)
        return None

    def closed(self) -> bool:
        """Return whether the server has ended the connection, having read what there is."""
        try:
            while self.socket.receive(timeout=0) is not None:
                pass
        except ConnectionClosed:
            return True
        return False

    def _take(self, name: str, body: dict[str, Any]) -> None:
        if name == "snapshot":
            self.snapshot, self.events = body, []
            self.snapshots += 1
        elif name == "event":
            self.events.append(body)
        elif name == "tick":
            self.ticks.append(body)
        else:
            assert name == "speaker", name


class _Socket(Client):  # type: ignore[misc]
    """A client that leaves nothing open when the server does not want it."""

    def handshake(self) -> None:
        try:
            super().handshake()
        except HandshakeRefused:
            self.sock.close()
            raise


def open_socket(port: int, headers: dict[str, str] | None = None) -> Client:
    """Return a WebSocket that has not said who it is. Raises HandshakeRefused."""
    return _Socket(f"ws://127.0.0.1:{port}{PATH}", headers=headers)


def connect(port: int, auth: object = None, headers: dict[str, str] | None = None) -> Screen:
    """Return a screen that was let in. Raises Refused."""
    socket = open_socket(port, headers)
    # Said before the server's first word is read: if that came in one piece with the handshake,
    # simple-websocket hands it out only when more comes.
    socket.send("40" if auth is None else "40" + json.dumps(auth))
    opened, answer = (socket.receive(timeout=WITHIN_S) for _ in range(2))
    assert isinstance(opened, str), opened
    assert opened.startswith("0{"), opened
    assert isinstance(answer, str), answer
    if answer.startswith("44"):
        socket.close()
        raise Refused(json.loads(answer[2:]))
    assert answer.startswith("40{"), answer
    return Screen(socket)


def enter(port: int, token: str) -> Screen:
    """Return a screen that was let in, at the latest when the server has freed a place."""

    def try_it() -> Screen | None:
        try:
            return connect(port, {"token": token})
        except HandshakeRefused:
            return None
        except Refused as refused:
            if refused.code != "too_many":
                raise
            return None

    found = wait_for(try_it, "a place is free")
    assert found is not None
    return found


@contextlib.contextmanager
def screen(port: int, token: str) -> Iterator[Screen]:
    """Give a screen that has said hello, and close it afterwards."""
    found = enter(port, token)
    try:
        found.hello()
        yield found
    finally:
        found.socket.close()


def refusal(port: int, auth: object = None, headers: dict[str, str] | None = None) -> str:
    """Return the code with which the server refuses to let the screen in."""
    try:
        let_in = connect(port, auth, headers)
    except Refused as refused:
        return refused.code
    let_in.socket.close()
    raise AssertionError("the screen was let in")


def wait_closed(found: Screen) -> None:
    """Wait until the server has ended the connection."""
    wait_for(found.closed, "the socket is closed")
