"""No request's body may be larger than configured, whatever its route does with it."""

from __future__ import annotations

from io import BytesIO

from flask import Flask, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge


def register(app: Flask) -> None:
    """Refuse large bodies before anything else looks at a request."""
    app.before_request(_check)


def _check() -> None:
    """Raise RequestEntityTooLarge for a body that is announced or turns out to be too large.

    A chunked body tells no length. Werkzeug hands on as much as is allowed of it, and what is cut
    off there reads like a mistake of the sender; so it is read here, one byte beyond the limit.
    """
    limit = request.max_content_length
    if limit is None:
        return
    if request.content_length is not None:
        if request.content_length > limit:
            raise RequestEntityTooLarge
    elif request.environ.get("wsgi.input_terminated"):
        try:
            body = request.environ["wsgi.input"].read(limit + 1)
        except (OSError, ParseException) as exc:  # chunks that are none, or a sender that left
            raise BadRequest from exc
        if len(body) > limit:
            raise RequestEntityTooLarge
        request.environ["wsgi.input"] = BytesIO(body)
