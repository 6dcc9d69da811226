"""A wrong method or path is told as what it is, to strangers and staff, and does nothing."""

from __future__ import annotations

import pytest

from tests.http.kit import assert_refused, unchanged
from tests.http.rules import changing, reading
from tests.support.people import administrator
from tests.support.programs import call

TAKEN = {(rule.method, rule.path) for rule in (*changing(), *reading())}
PATHS = sorted({path for _method, path in TAKEN})
OLD_PAGE = "Trang đã mở quá lâu"


@pytest.fixture(scope="module")
def askers(rig):
    """A stranger, and the administrator's browser with a page of another site in it."""
    cookies = "; ".join(f"{k}={v}" for k, v in administrator(rig.port).cookies.items())
    return [{}, {"Cookie": cookies}]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_a_path_does_not_have_is_405_everywhere(rig, askers, method):
    paths = [path for path in PATHS if (method, path) not in TAKEN]
    assert {"/healthz", "/readyz", "/board", "/metrics"} <= set(paths)
    with unchanged(rig):
        for path in paths:
            for headers in askers:
                answer = call(rig.port, method, path, {}, headers=headers)
                assert answer.status == 405, (path, headers, answer)
                assert method not in answer.headers["Allow"].split(", ")
                assert OLD_PAGE not in str(answer.body)


@pytest.mark.parametrize("path", ["/nope", "/admin/nope", "/console/nope", "/static/nope.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_path_that_is_not_there_is_404_whatever_the_method(rig, askers, method, path):
    with unchanged(rig):
        for headers in askers:
            answer = call(rig.port, method, path, {}, headers=headers)
            # The files of the pages are a path for every name.
            assert answer.status == (405 if path.startswith("/static/") else 404), answer
            assert OLD_PAGE not in str(answer.body)


def test_a_path_that_is_only_written_otherwise_still_wants_the_token(rig, askers):
    """The answer may say where to ask instead; there it is refused as ever."""
    with unchanged(rig):
        for path in ("//admin//pair", "/admin//pair", "/api/v1//tickets"):
            answer = call(rig.port, "POST", path, {}, headers=askers[1])
            assert answer.status in (308, 404), answer
            if answer.status == 308:
                there = answer.headers["Location"].removeprefix(f"http://127.0.0.1:{rig.port}")
                assert call(rig.port, "POST", there, {}, headers=askers[1]).status == 403
        answer = call(rig.port, "POST", "/api/v1/tickets", {}, headers=askers[1])
        assert_refused(answer, 403, "csrf_failed")
