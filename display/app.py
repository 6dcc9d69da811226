"""The application: blueprints, sessions, headers, errors, and the live channel."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_login import current_user
from flask_socketio import SocketIO
from werkzeug.routing import IntegerConverter, Map

from appliance.errors import Unavailable
from display import auth, body_limit, errors, headers, language, limits, sockets, texts
from display.admin.views import blueprint as admin
from display.agent_link.views import blueprint as agent_link
from display.api.counters import blueprint as api_counters
from display.api.documents import blueprint as api_documents
from display.api.health import blueprint as health
from display.api.monitors import blueprint as monitors
from display.api.printers import blueprint as api_printers
from display.api.queue import blueprint as api_queue
from display.api.ratings import blueprint as api_ratings
from display.api.tickets import blueprint as api_tickets
from display.board.views import blueprint as board
from display.console.views import blueprint as console
from display.counter.views import blueprint as counter
from display.kiosk.views import blueprint as kiosk
from display.lab.views import blueprint as lab
from display.pair.views import blueprint as pair
from display.parts import Parts
from display.phone.rating import blueprint as phone_rating
from display.phone.views import blueprint as phone
from display.preview.views import blueprint as preview
from display.rating.views import blueprint as rating
from display.staff.views import blueprint as staff
from display.status.views import blueprint as status

_STATIC_AGE_S = 300
_LARGEST = 2**63 - 1


def create_app(parts: Parts) -> tuple[Flask, SocketIO]:
    """Return the application and its Socket.IO server; nothing is started yet."""
    app = Flask(__name__)
    app.extensions["moiso"] = parts
    app.config.update(
        SECRET_KEY=parts.secret_key,
        MAX_CONTENT_LENGTH=parts.config.limits.body_bytes,
        MAX_FORM_MEMORY_SIZE=parts.config.limits.body_bytes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=_STATIC_AGE_S,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = _Key
    body_limit.register(app)
    language.register(app)
    auth.register(app)
    limits.register(app)
    errors.register(app)
    app.after_request(headers.set_headers)
    app.context_processor(_template_words)
    for blueprint in (
        staff,
        kiosk,
        board,
        counter,
        phone,
        phone_rating,
        rating,
        console,
        admin,
        status,
        preview,
        pair,
        api_tickets,
        api_printers,
        api_counters,
        api_queue,
        api_ratings,
        api_documents,
        health,
        monitors,
        agent_link,
    ):
        app.register_blueprint(blueprint)
    if parts.demo:
        app.register_blueprint(lab)
    return app, sockets.create(app)


class _Key(IntegerConverter):
    """A number in a path: what no database can hold names nothing that is there."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=_LARGEST)


def _template_words() -> dict[str, Any]:
    """Return what every template may use.

    The page that tells of a database that cannot be read must not need it: it names no user.
    """
    try:
        user = current_user if current_user.is_authenticated else None
    except Unavailable:
        user = None
    return {"t": texts.t, "lang": texts.current_language(), "user": user}
