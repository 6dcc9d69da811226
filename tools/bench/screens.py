"""Many boards without glass: `python -m tools.bench.screens PORT TOKEN COUNT`.

A process of its own, so that their threads do not slow the one that measures. It says "ready"
once every board holds its snapshot; when its input ends it prints, as JSON, for each label the
`time.perf_counter()` (one clock for all processes) at which each board heard that it was called.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import suppress
from types import TracebackType

from simple_websocket import Client, ConnectionClosed

from tools.office.program import ROOT

_EVENT = '42["event",'
_SNAPSHOT = '42["snapshot",'
_READY = "ready"


def handshake(token: str) -> str:
    """Return the Socket.IO packet with which a screen connects."""
    return "40" + json.dumps({"token": token})


def hello() -> str:
    """Return the packet with which it asks for its snapshot."""
    return "42" + json.dumps(["hello"])


def called_label(packet: str) -> str | None:
    """Return the label that an event's packet calls, if it does."""
    if not packet.startswith(_EVENT):
        return None
    _, event = json.loads(packet[2:])
    if event["type"] != "ticket.called":
        return None
    return str(event["payload"]["ticket"]["label"])


class Board:
    """One socket that behaves as a board's page does, and keeps what came when."""

    def __init__(self, port: int, token: str) -> None:
        self._heard: list[tuple[float, str]] = []
        self._synced = threading.Event()
        url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._socket = Client.connect(url)
        # Without waiting for Engine.IO's open packet: simple-websocket's client leaves a frame
        # that came with the handshake's last bytes lying until the next one comes.
        self._socket.send(handshake(token))
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_synced(self) -> None:
        """Wait for the snapshot."""
        if not self._synced.wait(10):
            raise TimeoutError("a board got no snapshot")

    def calls(self) -> list[tuple[str, float]]:
        """Return the labels that were called, and when this board heard of each."""
        found = [(called_label(packet), at_s) for at_s, packet in list(self._heard)]
        return [(label, at_s) for label, at_s in found if label is not None]

    def close(self) -> None:
        """Hang up: the socket's thread would keep the process alive."""
        with suppress(ConnectionClosed):
            self._socket.close()

    def _listen(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                packet = self._socket.receive()
                now_s = time.perf_counter()
                if packet == "2":
                    self._socket.send("3")
                elif packet.startswith("40"):
                    self._socket.send(hello())
                elif packet.startswith(_SNAPSHOT):
                    self._synced.set()
                elif packet.startswith(_EVENT):
                    self._heard.append((now_s, packet))


class Hall:
    """The process with the boards, as the measuring one sees it."""

    def __init__(self, port: int, token: str, count: int) -> None:
        argv = [sys.executable, "-m", __name__, str(port), token, str(count)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != _READY:
            self._process.kill()
            raise RuntimeError("the boards did not connect")

    def __enter__(self) -> Hall:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, however it is."""
        self._process.kill()
        self._process.communicate()

    def heard(self) -> dict[str, list[float]]:
        """Let the boards hang up, and return what they heard, label by label."""
        told, _ = self._process.communicate(timeout=20)
        heard: dict[str, list[float]] = json.loads(told)
        return heard


def main() -> None:
    """Be the boards until the input ends."""
    port, token, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    boards = [Board(port, token) for _ in range(count)]
    for board in boards:
        board.wait_synced()
    _say(_READY)
    sys.stdin.read()
    heard: dict[str, list[float]] = defaultdict(list)
    for board in boards:
        for label, at_s in board.calls():
            heard[label].append(at_s)
        board.close()
    _say(json.dumps(heard))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
