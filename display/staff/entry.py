"""How somebody without a session comes to the sign-in page, and back."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import redirect, request
from werkzeug.wrappers import Response

_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


def to_sign_in() -> Response:
    """Return the way to the sign-in page, which leads back here."""
    return redirect(f"/login?next={quote(request.path)}", 303)


def safe_next(target: str) -> str:
    """Return `target` if it is a path of this server, else the start page.

    "//host" and "/\\host" are other hosts to a browser, and so is "/<tab>/host": it drops tabs
    and line ends before it looks.
    """
    return target if _PATH.fullmatch(target) else "/"
