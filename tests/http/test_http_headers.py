"""The headers and cookies of a plain-HTTP office, and where a sign-in may lead."""

from __future__ import annotations

import re

import pytest

from tests.http.kit import assert_refused, office, request_id
from tests.http.rules import reading
from tests.support.people import CLERK, Person, administrator
from tests.support.programs import call

OTHERS = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\t\\evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\r\nSet-Cookie: a=b",
    "/\n/evil.example",
    "/\r/evil.example",
    "evil.example",
    "",
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A server that is no demo."""
    with office(tmp_path_factory.mktemp("plain"), demo=False) as server:
        yield server


def policy(answer) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    assert len({part[0] for part in parts}) == len(parts)
    return {part[0]: part[1:] for part in parts}


def assert_headers(answer, port: int, demo: bool) -> None:
    found = policy(answer)
    allowed = {"'self'", "'none'", "data:", f"ws://127.0.0.1:{port}"}
    assert {value for values in found.values() for value in values} <= allowed
    assert found["default-src"] == ["'self'"]
    assert found["script-src"] == found["style-src"] == ["'self'"]
    assert found["object-src"] == found["base-uri"] == ["'none'"]
    assert found["form-action"] == ["'self'"]
    assert found["frame-ancestors"] == (["'self'"] if demo else ["'none'"])
    assert "upgrade-insecure-requests" not in found
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == ("SAMEORIGIN" if demo else "DENY")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_every_answer_of_the_demo_carries_the_headers(rig):
    cookies = administrator(rig.port).cookies
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    for rule in reading():
        for sent in ({}, headers):
            answer = call(rig.port, "GET", rule.path, headers=sent)
            assert_headers(answer, rig.port, demo=True)
            assert answer.headers["Cache-Control"] in ("no-store", "no-cache"), rule


def test_every_answer_of_an_office_carries_them_and_cannot_be_framed(plain):
    for rule in reading():
        assert_headers(call(plain.port, "GET", rule.path), plain.port, demo=False)
    for method, path in (("GET", "/no/such/page"), ("POST", "/login"), ("PUT", "/api/v1/queue")):
        answer = call(plain.port, method, path)
        assert 400 <= answer.status < 500
        assert_headers(answer, plain.port, demo=False)


def test_files_of_the_pages_carry_them_too(rig):
    page = rig.get("/kiosk").body
    files = set(re.findall(r'(?:src|href)="(/[^"#?]+\.(?:js|css|svg))', page))
    assert len(files) >= 4
    for path in files:
        answer = rig.get(path)
        assert answer.status == 200, path
        assert_headers(answer, rig.port, demo=True)
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["moiso.test", "moiso.test:80", "a; script-src *", "x\ty", "", "["]
)
def test_an_odd_host_widens_nothing(rig, host):
    answer = call(rig.port, "GET", "/kiosk", headers={"Host": host})
    assert answer.status < 500
    if "Content-Security-Policy" in answer.headers:
        assert policy(answer)["script-src"] == ["'self'"]


def test_the_cookies_are_for_this_server_alone_and_for_no_script(rig):
    person = Person(rig.port)
    answers = [person.get("/login?lang=en"), person.sign_in(CLERK.username, CLERK.password)]
    for answer in answers:
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        assert "Domain" not in cookie
        assert "Path=/" in cookie
    session = answers[1].headers["Set-Cookie"]
    assert session.startswith("session=")
    assert "Expires" not in session
    assert "Max-Age" not in session


def test_signing_out_ends_the_session_of_the_browser(rig):
    person = Person(rig.port)
    person.sign_in(CLERK.username, CLERK.password)
    assert person.form("/logout").status == 303
    assert person.get("/console").status == 303
    assert person.post("/api/v1/counters/1/finish", {"request_id": request_id()}).status in (
        401,
        403,
    )


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_sign_out(rig):
    person, thief, elsewhere = (Person(rig.port) for _ in range(3))
    for one in (person, elsewhere):
        assert one.sign_in(CLERK.username, CLERK.password).status == 303
    thief.cookies, thief.csrf = dict(person.cookies), person.csrf
    assert thief.get("/api/v1/queue").status == 200
    assert person.form("/logout").status == 303
    assert_refused(thief.get("/api/v1/queue"), 401, "not_signed_in")
    assert thief.get("/console").status == 303
    assert elsewhere.get("/api/v1/queue").status == 200, "her other computer stays signed in"
    assert thief.form("/logout").status == 303, "to sign out again harms nobody"
    assert person.sign_in(CLERK.username, CLERK.password).status == 303
    assert person.get("/api/v1/queue").status == 200


@pytest.mark.parametrize("target", OTHERS)
def test_a_sign_in_leads_nowhere_else(rig, target):
    person = Person(rig.port)
    person.sign_in("", "")  # fetches the form
    fields = {"username": CLERK.username, "password": CLERK.password, "next": target}
    answer = person.form("/login", **fields)
    assert answer.status == 303, answer
    assert answer.headers["Location"] == "/console"


@pytest.mark.parametrize("target", ["/admin", "/console?x=1", "/t/abc", "/kiosk?name=kiosk-1#a"])
def test_a_sign_in_leads_back_to_the_page_that_asked(rig, target):
    person = Person(rig.port)
    person.sign_in("", "")
    fields = {"username": CLERK.username, "password": CLERK.password, "next": target}
    assert person.form("/login", **fields).headers["Location"] == target


def test_a_page_that_wants_a_session_leads_to_the_sign_in_and_back(rig):
    assert rig.get("/console?counter=//evil").headers["Location"] == "/login?next=/console"
    page = rig.get("/login?next=/admin").body
    assert '<input type="hidden" name="next" value="/admin">' in page
    page = rig.get("/login?next=//evil.example").body
    assert "evil.example" not in page
