"""The one place where errors become HTTP: JSON for programs, a page for people."""

from __future__ import annotations

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from appliance import logs
from appliance.errors import (
    Denied,
    Invalid,
    MoisoError,
    NotFound,
    NotSignedIn,
    Refused,
    TooLarge,
    TooMany,
    Unavailable,
)
from display import texts

_STATUS: tuple[tuple[type[MoisoError], int], ...] = (
    (NotSignedIn, 401),
    (Denied, 403),
    (NotFound, 404),
    (Refused, 409),
    (TooLarge, 413),
    (Invalid, 422),
    (TooMany, 429),
    (Unavailable, 503),
)
_PROGRAM_ENDS = ("/state", "/rating", "/rating/reasons")
_PROGRAM_PATHS = ("/api/", "/agent/", "/pair/", "/lab/api/", "/board/voice/", "/metrics")
_HTTP_KEYS = {400: "bad_json", 404: "not_found", 405: "method_not_allowed"}


def register(app: Flask) -> None:
    """Answer every error of the application in the one shape."""
    app.register_error_handler(MoisoError, _moiso)
    app.register_error_handler(ValidationError, _validation)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RateLimitExceeded, _limit)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def status_of(error: MoisoError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def answer(error: MoisoError, status: int) -> Response:
    """Return the error as JSON for programs, as a page for people."""
    language = texts.current_language()
    message = texts.sentence(error.key, error.fields, language)
    if wants_json():
        body = {"error": {"code": error.key, "message": message, "fields": error.fields}}
        response = jsonify(body)
    else:
        back = "/login" if status == 401 else "/"
        to_do = texts.say(f"remedy.{error.key}", language) if status == 503 else ""
        page = render_template(
            "error.html", status=status, message=message, to_do=to_do, back=back, page={}
        )
        response = make_response(page)
    response.status_code = status
    return response


def wants_json() -> bool:
    """Return whether the asker is a program."""
    if request.path == "/rating":
        return False
    return request.path.startswith(_PROGRAM_PATHS) or request.path.endswith(_PROGRAM_ENDS)


def _moiso(error: MoisoError) -> BaseResponse:
    return answer(error, status_of(error))


def _validation(error: ValidationError) -> BaseResponse:
    first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    return answer(Invalid("bad_field", field=field, problem=first["msg"]), 422)


def _csrf(_error: CSRFError) -> BaseResponse:
    return answer(Denied("csrf_failed"), 403)


def _limit(error: RateLimitExceeded) -> BaseResponse:
    response = answer(TooMany("too_many"), 429)
    response.headers["Retry-After"] = str(error.limit.limit.get_expiry() if error.limit else 1)
    return response


def _http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        return answer(TooLarge("body_too_large", limit=request.max_content_length), 413)
    if error.response is not None or 300 <= status < 400:
        return error.get_response()
    response = answer(MoisoError(_HTTP_KEYS.get(status, "server_error")), status)
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response


def _bug(error: Exception) -> BaseResponse:
    # The edge of a request: whatever went wrong is logged with its trace, and the asker is told.
    logs.get_logger().exception("request failed", error, path=request.path)
    g.failed = True
    return answer(MoisoError("server_error"), 500)
