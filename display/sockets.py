"""The Socket.IO side of the live channel: who may connect, what a screen may say."""

from __future__ import annotations

import contextlib
from typing import Any

from engineio.exceptions import SocketIsClosedError
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError as Refusal
from flask_socketio import SocketIO
from pydantic import ValidationError

from appliance import logs
from appliance.domain.people import Right
from appliance.errors import MoisoError
from appliance.protocol.live import Drawn, Sound, Spoken, Unheard
from display import auth
from display.door import VISITOR, Door
from display.frames import guard
from display.live import Emit
from display.parts import parts
from display.streams import LEVELS, View

PING_S = 4


def create(app: Flask) -> SocketIO:
    """Return the Socket.IO server of the application.

    Threads, because gevent freezes lgpio and delays every answer by 40 ms; WebSocket only,
    because long polling would take two threads a screen.
    """
    io = SocketIO(
        app,
        async_mode="threading",
        transports=["websocket"],
        ping_interval=PING_S,
        ping_timeout=PING_S,
        max_http_buffer_size=16384,
        manage_session=False,
        cookie=None,
    )
    guard(io)
    io.on_event("connect", _connect)
    io.on_event("disconnect", _disconnect)
    io.on_event("hello", _hello)
    io.on_event("drawn", _drawn)
    io.on_event("sound", _sound)
    io.on_event("spoken", _spoken)
    io.on_event("unheard", _unheard)
    io.on_error_default(_failed)
    threads = app.extensions["moiso"].config.server.threads
    # A few more than the hub takes, so that those beyond can be told why.
    app.wsgi_app = Door(app.wsgi_app, threads // 2 + threads // 8)  # type: ignore[method-assign]
    return io


def emitter(io: SocketIO) -> Emit:
    """Return the way to say something to one screen; one that has just gone hears nothing."""

    def emit(event: str, message: dict[str, Any], sid: str) -> None:
        with contextlib.suppress(SocketIsClosedError):
            io.emit(event, message, to=sid)

    return emit


def _connect(sent: Any = None) -> None:
    token = sent.get("token") if isinstance(sent, dict) else None
    view, device = _view_of(token if isinstance(token, str) else "")
    if not parts().hub.connect(_sid(), view, device):
        raise Refusal("too_many", {"code": "too_many"})
    request.environ[VISITOR].let_in()


def _view_of(token: str) -> tuple[View, str]:
    console = auth.console_of(token) if token else None
    if console is not None:
        user, counter = console
        return View("console", str(counter)), f"staff:{user.get_id()}"
    technician = auth.status_of(token) if token else None
    if technician is not None:
        key = LEVELS if Right.SEE_RATINGS in technician.rights else ""
        return View("status", key), f"staff:{technician.get_id()}"
    try:
        device = auth.device_of(token)
    except MoisoError as exc:
        raise Refusal(exc.key, {"code": exc.key}) from exc
    if device.kind not in ("kiosk", "board", "counter", "panel"):
        raise Refusal("not_allowed", {"code": "not_allowed"})
    return View(device.kind, device.name), f"{device.kind}:{device.id}"


def _disconnect(reason: Any = None) -> None:
    vanished = reason == SocketIO.reason.PING_TIMEOUT
    try:
        parts().hub.disconnect(_sid(), vanished=vanished)  # may send another one its snapshot
    finally:
        request.environ[VISITOR].let_out()


def _hello(*_words: Any) -> None:
    parts().hub.hello(_sid())


def _drawn(message: Any = None, *_more: Any) -> None:
    parts().hub.drawn(_sid(), Drawn.model_validate(message))


def _sound(message: Any = None, *_more: Any) -> None:
    parts().hub.sound(_sid(), Sound.model_validate(message))


def _spoken(message: Any = None, *_more: Any) -> None:
    parts().hub.spoken(_sid(), Spoken.model_validate(message))


def _unheard(message: Any = None, *_more: Any) -> None:
    parts().hub.unheard(_sid(), Unheard.model_validate(message))


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid


def _failed(error: Exception) -> None:
    # A screen that talks nonsense must not take the channel down; it is logged and ignored.
    if isinstance(error, ValidationError):
        logs.get_logger().warning("screen sent nonsense", error=str(error))
        return
    raise error


def disconnect_device(device: str) -> None:
    """Cut off the sockets of a device whose token was taken back, of an account or a session.

    The connection itself is ended: a polite farewell would leave a thread to whoever ignores it.
    """
    io: SocketIO = current_app.extensions["socketio"]
    for sid in parts().hub.drop_device(device):
        environ = io.server.get_environ(sid)
        if environ is not None:
            environ[VISITOR].cut()
