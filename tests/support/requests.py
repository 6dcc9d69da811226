"""What a page asks for: noted, or lost on its way."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Request, Route

from tests.support.browser import Glass
from tests.support.programs import call


def asked(glass: Glass, ending: str) -> list[dict]:
    """Return the list that every body sent to such an address will be put into.

    It fills while something is asked of the page, and not while a test only waits.
    """
    bodies: list[dict] = []

    def note(request: Request) -> None:
        if request.url.endswith(ending):
            bodies.append(request.post_data_json)

    glass.page.on("request", note)
    return bodies


def unheard(glass: Glass, pattern: str, *, done: bool) -> None:
    """Let the next such request get no answer; `done`: although the server has done it."""
    port = urlsplit(glass.base).port
    assert port is not None

    def lose(route: Route) -> None:
        asked = route.request
        if done:  # not by `route.fetch`, which does not know the browser's name of the server
            path, sent = urlsplit(asked.url).path, asked.all_headers()
            headers = {name: sent[name] for name in ("cookie", "origin", "x-csrftoken")}
            headers["Host"] = sent["origin"].removeprefix("http://")
            answer = call(port, "POST", path, raw=asked.post_data_buffer, headers=headers)
            assert answer.status in (200, 201), answer
        route.abort()

    glass.route(pattern, lose, times=1)
