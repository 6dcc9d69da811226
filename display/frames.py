"""What a WebSocket may say on the live channel: anything else ends it, before a library stumbles.

Engine.IO and Socket.IO meet a frame that is none of theirs with an exception, and every stranger
could fill the log with its traces. So each frame is read once before they see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from engineio.async_drivers.threading import SimpleWebSocketWSGI
from flask_socketio import SocketIO
from socketio.packet import CONNECT, DISCONNECT, EVENT, Packet

from appliance import logs
from display.door import VISITOR

# Engine.IO's own words are a digit and little more; a message is "4" and a packet of Socket.IO.
_OWN, _MESSAGE = frozenset("012356"), "4"
_LONGEST_OWN = 32
# The library calls the handlers of these itself.
_RESERVED = frozenset({"connect", "disconnect"})


def understood(frame: str | bytes) -> bool:
    """Return whether the frame is one that our pages could send; none of theirs is binary."""
    if not isinstance(frame, str) or not frame:
        return False
    if frame[0] in _OWN:
        return len(frame) <= _LONGEST_OWN
    if frame[0] != _MESSAGE or len(frame) == 1:
        return False
    try:
        packet = Packet(encoded_packet=frame[1:])
    except (ValueError, RecursionError):
        return False
    if packet.packet_type == EVENT:
        return _is_event(packet.data)
    return packet.packet_type in (CONNECT, DISCONNECT)


def guard(io: SocketIO) -> None:
    """Let the Socket.IO server hear what is understood, and nothing else."""
    engine = io.server.eio
    # The library has no setting for it.
    engine._async = {**engine._async, "websocket": _Guarded}


class _Guarded(SimpleWebSocketWSGI):  # type: ignore[misc]
    """A WebSocket that is at its end with the first frame that nobody understands."""

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        self._visitor = environ[VISITOR]
        found: Iterable[bytes] = super().__call__(environ, start_response)
        return found

    def wait(self) -> str | bytes | None:
        """Return the next frame, None at the end of the connection."""
        frame: str | bytes | None = super().wait()
        if frame is None or understood(frame):
            return frame
        if not self._visitor.stranger:
            # A line for a screen of ours; a stranger could fill the log with them.
            logs.get_logger().warning(
                "screen sent a frame that is none",
                bytes=len(frame if isinstance(frame, bytes) else frame.encode()),
            )
        return None


def _is_event(data: Any) -> bool:
    if not isinstance(data, list) or not data:
        return False
    return isinstance(data[0], str) and data[0] not in _RESERVED
