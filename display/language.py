"""Which language a page is in: asked by ``?lang=``, remembered in a cookie, else Vietnamese."""

from __future__ import annotations

from flask import Flask, Response, g, request

from display import texts

_YEAR_S = 365 * 86400


def register(app: Flask) -> None:
    """Choose the language before each request and remember a choice."""
    app.before_request(_choose)
    app.after_request(_remember)


def _choose() -> None:
    asked = (request.args.get("lang"), request.cookies.get("lang"))
    g.lang = next((lang for lang in asked if lang in texts.languages), texts.languages[0])


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in texts.languages:
        response.set_cookie("lang", asked, max_age=_YEAR_S, samesite="Lax", httponly=True)
    return response
