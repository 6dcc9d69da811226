"""The response headers, listed one by one.

The office LAN is plain HTTP: HSTS or ``upgrade-insecure-requests`` would blank every page, so
neither is here. ``ws:`` names the host because Chrome before 94 does not match it to 'self'.
"""

from __future__ import annotations

from flask import Response, request

from display.parts import parts


def set_headers(response: Response) -> Response:
    """Put the security headers on every answer."""
    framed = "'self'" if parts().demo else "'none'"
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' ws://{request.host}",
            "frame-src 'self'",
            f"frame-ancestors {framed}",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if parts().demo else "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
