"""Whatever a cookie could authorise wants the page's CSRF token; a new route cannot escape."""

from __future__ import annotations

import re

import pytest

from tests.http.kit import TICKETS, assert_refused, request_id, unchanged
from tests.http.rules import Rule, changing
from tests.support.people import ADMINISTRATOR, Person, administrator, csrf_of
from tests.support.programs import call

# These hold no cookie: a token, a ticket's link, or the secret just given to them is their right.
COOKIELESS = ("/agent/v1/", "/pair/", "/lab/api/", "/t/")
RULES = changing()
GUARDED = [rule for rule in RULES if not rule.path.startswith(COOKIELESS)]


@pytest.fixture(scope="module")
def manager(rig):
    return administrator(rig.port)


def test_there_are_routes_to_guard():
    assert {rule.path for rule in GUARDED} >= {TICKETS, "/admin/pair", "/login", "/logout"}
    assert {rule.path for rule in RULES} - {rule.path for rule in GUARDED} == {
        "/agent/v1/reports",
        "/pair/start",
        "/pair/claim",
        "/pair/demo",
        "/lab/api/press",
        "/lab/api/fault",
        "/lab/api/mend",
        "/lab/api/sign-in",
        "/t/no-such-token/rating",
        "/t/no-such-token/rating/reasons",
    }


@pytest.mark.parametrize("rule", GUARDED, ids=str)
@pytest.mark.parametrize("sent", [None, "", "wrong", "other"])
def test_a_session_without_the_right_csrf_token_changes_nothing(rig, manager, rule: Rule, sent):
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in manager.cookies.items())}
    if sent is not None:
        headers["X-CSRFToken"] = _of_another_session(rig) if sent == "other" else sent
    with unchanged(rig):
        answer = call(rig.port, rule.method, rule.path, {}, headers=headers)
        assert answer.status == 403, (rule, answer)
        if rule.path.startswith("/api/"):
            assert_refused(answer, 403, "csrf_failed")
    assert "Set-Cookie" not in answer.headers or "counter" not in answer.headers["Set-Cookie"]
    assert manager.get("/admin").status == 200


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_cookie_is_no_right_where_no_csrf_token_is_asked(rig, manager, rule: Rule):
    if rule in GUARDED:
        return
    cookies = "; ".join(f"{k}={v}" for k, v in manager.cookies.items())
    with unchanged(rig):
        answer = call(rig.port, rule.method, rule.path, {}, headers={"Cookie": cookies})
        assert answer.status in (401, 403, 422), (rule, answer)


def test_pages_opened_at_once_after_signing_in_share_one_token(rig):
    """Each page is asked for with the cookies as they were right after signing in."""
    person = Person(rig.port)
    person.csrf = csrf_of(person.get("/login").body)
    account = {"username": ADMINISTRATOR.username, "password": ADMINISTRATOR.password}
    assert person.form("/login", **account).status == 303
    fresh, tokens = dict(person.cookies), []
    for path in ("/status", "/admin"):
        person.cookies = dict(fresh)
        tokens.append(csrf_of(person.get(path).body))
    for token in tokens:
        assert person.post("/api/v1/printers/roll-changed", {}, csrf=token).code == "bad_field"


def test_with_the_right_csrf_token_the_same_request_is_done(rig, manager):
    body = {"service": "ho-tich", "request_id": request_id()}
    assert manager.post(TICKETS, body, csrf="").status == 403
    assert manager.post(TICKETS, body).status == 201


def test_a_page_of_another_site_cannot_use_the_lab_or_pair_a_screen(rig):
    form = {"Content-Type": "text/plain"}
    with unchanged(rig):
        for path, body in (
            ("/lab/api/press", {"pin": 2, "level": "low"}),
            ("/lab/api/sign-in", {}),
            ("/pair/demo", {"kind": "kiosk", "name": "kiosk-1"}),
        ):
            assert_refused(call(rig.port, "POST", path, body, headers=form), 403, "demo_only")


def test_signing_in_wants_the_token_of_its_form(rig):
    stranger = Person(rig.port)
    stranger.get("/login")
    with unchanged(rig):
        answer = stranger.form("/login", username="demo-canbo", password="dung-thu-canbo")
    assert answer.status == 403
    assert not re.search("_user_id", str(answer.headers))


def _of_another_session(rig) -> str:
    other = Person(rig.port)
    page = other.get("/login").body
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]
