"""Which language a page is in: asked by ``?lang=``, remembered in a cookie, else Vietnamese.

The screens of the hall belong to everybody: what somebody chose in their browser one day, such as
the technician who set them up, does not stay with them.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from display import texts

_YEAR_S = 365 * 86400
_HALL = frozenset({"board", "counter", "kiosk", "rating"})


def register(app: Flask) -> None:
    """Choose the language before each request and remember a choice."""
    app.before_request(_choose)
    app.after_request(_remember)


def _choose() -> None:
    kept = None if request.blueprint in _HALL else request.cookies.get("lang")
    asked = (request.args.get("lang"), kept)
    g.lang = next((lang for lang in asked if lang in texts.languages), texts.languages[0])


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in texts.languages and request.blueprint not in _HALL:
        response.set_cookie("lang", asked, max_age=_YEAR_S, samesite="Lax", httponly=True)
    return response
