"""Requests that make no sense: refused in the one shape, in words, and nothing is changed."""

from __future__ import annotations

import json
import socket
from contextlib import closing

import pytest

from tests.http.kit import TICKETS, assert_refused, request_id, sentence, unchanged
from tests.http.rules import changing
from tests.support.people import clerk
from tests.support.programs import call

GOOD = {"service": "ho-tich", "priority": False}
HUGE = "9" * 30
MINUS = "-1"


@pytest.fixture(scope="module")
def kiosk(rig):
    return rig.screen_token("kiosk", "kiosk-1")


@pytest.fixture(scope="module")
def lan(rig):
    return clerk(rig.port)


def test_an_unknown_service_is_not_found(rig, kiosk):
    body = {"service": "khong-co", "request_id": request_id()}
    with unchanged(rig):
        fields = assert_refused(rig.post(TICKETS, body, token=kiosk), 404, "unknown_service")
    assert fields == {"service": "khong-co"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"service": "ho-tich", }',
        b"\xff\xfe\x00",
        b'{"service": "\\ud800", "request_id": "12345678"}',
        b"[" * 20_000,
        b'{"service": NaN}',
    ],
    ids=["empty", "cut", "words", "comma", "bytes", "surrogate", "deep", "nan"],
)
def test_a_body_that_is_no_json_is_refused(rig, kiosk, raw):
    with unchanged(rig):
        answer = rig.post(TICKETS, token=kiosk, raw=raw)
        assert answer.status == 422
        assert_refused(answer, 422, answer.code)
        assert answer.code in ("bad_json", "bad_field")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "body"),
        ([], "body"),
        ("ho-tich", "body"),
        (7, "body"),
        ({}, "service"),
        ({**GOOD}, "request_id"),
        ({**GOOD, "service": None}, "service"),
        ({**GOOD, "service": 3}, "service"),
        ({**GOOD, "service": ["ho-tich"]}, "service"),
        ({**GOOD, "service": ""}, "service"),
        ({**GOOD, "service": "x" * 33}, "service"),
        ({**GOOD, "priority": "yes", "request_id": "req-12345"}, "priority"),
        ({**GOOD, "priority": 1, "request_id": "req-12345"}, "priority"),
        ({**GOOD, "priority": None, "request_id": "req-12345"}, "priority"),
        ({**GOOD, "request_id": "req-12345", "kiosk": "kiosk-2"}, "kiosk"),
        ({**GOOD, "request_id": "req-12345", "number": 1}, "number"),
    ],
)
def test_a_body_of_wrong_shape_names_the_field(rig, kiosk, body, field):
    with unchanged(rig):
        answer = rig.post(TICKETS, token=kiosk, raw=json.dumps(body).encode())
        assert assert_refused(answer, 422, "bad_field")["field"] == field


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "short",
        "x" * 65,
        "with space",
        "with/slash",
        "dấu-tiếng-việt",
        "a\nb-line-feed",
        12345678,
    ],
)
@pytest.mark.parametrize("path", [TICKETS, "/api/v1/counters/1/call-next"])
def test_an_odd_request_id_is_refused(rig, kiosk, lan, path, odd):
    body = {"request_id": odd}
    with unchanged(rig):
        if path == TICKETS:
            answer = rig.post(path, {**GOOD, **body}, token=kiosk)
        else:
            answer = lan.post(path, body)
        assert assert_refused(answer, 422, "bad_field")["field"] == "request_id"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", TICKETS),
        ("DELETE", TICKETS),
        ("GET", TICKETS),
        ("PATCH", "/api/v1/queue"),
        ("POST", "/api/v1/queue"),
        ("GET", "/api/v1/counters/1/call-next"),
        ("GET", "/agent/v1/reports"),
        ("GET", "/pair/start"),
    ],
)
def test_a_wrong_method_is_told_which_are_right(rig, kiosk, method, path):
    with unchanged(rig):
        answer = call(rig.port, method, path, token=kiosk)
        assert_refused(answer, 405, "method_not_allowed")
    assert "OPTIONS" in answer.headers["Allow"]
    assert method not in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v2/queue", "/api/v1/tickets/", "/api/v1/counters/1/transfer"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_of_the_api_is_not_found(rig, kiosk, method, path):
    with unchanged(rig):
        assert_refused(call(rig.port, method, path, token=kiosk), 404, "not_found")


@pytest.mark.parametrize("number", [MINUS, HUGE, "1.5", "0x1", "%00", "1%0a"])
def test_odd_numbers_in_paths_are_not_found(rig, lan, number):
    with unchanged(rig):
        for path in (f"{TICKETS}/{number}", f"/api/v1/counters/{number}/recall"):
            assert lan.get(path).status in (404, 405)
        for path in (
            f"{TICKETS}/{number}/cancel",
            f"{TICKETS}/{number}/return",
            f"/api/v1/counters/{number}/call-next",
        ):
            answer = lan.post(path, {"request_id": request_id()})
            assert answer.status == 404, (path, answer)
            assert_refused(answer, 404, answer.code)


@pytest.mark.parametrize("number", [0, 99, 2**31, 2**63 - 1, 2**63, 2**64])
def test_a_ticket_or_counter_that_is_not_there_is_not_found(rig, lan, number):
    body = {"request_id": request_id()}
    with unchanged(rig):
        for answer in (
            lan.get(f"{TICKETS}/{number}"),
            lan.post(f"{TICKETS}/{number}/cancel", body),
            lan.post(f"/api/v1/counters/{number}/call-next", body),
            lan.post(f"/api/v1/counters/{number}/finish", body),
        ):
            assert_refused(answer, 404, answer.code)


def test_a_body_over_the_limit_is_too_large(rig, kiosk):
    raw = json.dumps({**GOOD, "request_id": request_id(), "x": "y" * 65536}).encode()
    with unchanged(rig):
        fields = assert_refused(rig.post(TICKETS, token=kiosk, raw=raw), 413, "body_too_large")
    assert fields == {"limit": 65536}


def chunked(rig, path: str, chunks: bytes, method: str = "POST") -> bytes:
    """Return the whole answer to a body that does not tell its length."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: moiso\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", rig.port), 10)) as link:
        link.sendall(head.encode() + chunks)
        return b"".join(iter(lambda: link.recv(65536), b""))


@pytest.mark.parametrize("rule", changing(), ids=str)
def test_a_body_without_length_is_held_to_the_limit_on_every_route(rig, rule):
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    with unchanged(rig):
        head, _, body = chunked(rig, rule.path, chunk * 5 + b"0\r\n\r\n", rule.method).partition(
            b"\r\n\r\n"
        )
    assert head.startswith(b"HTTP/1.1 413 "), head
    if b"application/json" in head:
        assert json.loads(body)["error"]["code"] == "body_too_large"
        assert json.loads(body)["error"]["fields"] == {"limit": 65536}
    else:
        assert sentence("body_too_large", {"limit": 65536}) in body.decode()


@pytest.mark.parametrize("raw", [b"zz\r\nabc\r\n", b"-1\r\nabc\r\n", b"3\r\nabcdefgh\r\n"])
def test_chunks_that_are_none_are_the_senders_mistake(rig, raw):
    head, _, body = chunked(rig, "/pair/start", raw + b"0\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 "), head
    assert json.loads(body)["error"]["code"] == "bad_json"


def test_a_small_body_without_length_is_taken_as_any_other(rig):
    raw = b'{"kind": "nonsense"}'
    answer = chunked(rig, "/pair/start", f"{len(raw):x}\r\n".encode() + raw + b"\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"unknown_kind" in answer


def test_a_form_over_the_limit_is_a_page_that_says_so(rig):
    raw = b"username=" + b"x" * 65536
    with unchanged(rig):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = call(rig.port, "POST", "/login", raw=raw, headers=headers)
    assert answer.status == 413
    assert sentence("body_too_large", {}) in answer.body


def test_the_message_is_in_the_language_that_was_asked_for(rig, kiosk):
    body = {"service": "khong-co", "request_id": request_id()}

    def ask(path, **headers):
        return rig.post(path, body, token=kiosk, headers=headers)

    assert_refused(ask(TICKETS), 404, "unknown_service", "vi")
    assert_refused(ask(f"{TICKETS}?lang=en"), 404, "unknown_service", "en")
    assert_refused(ask(TICKETS, Cookie="lang=en"), 404, "unknown_service", "en")
    assert_refused(ask(f"{TICKETS}?lang=vi", Cookie="lang=en"), 404, "unknown_service", "vi")
    assert_refused(ask(TICKETS, Cookie="lang=fr"), 404, "unknown_service", "vi")
    assert_refused(ask(f"{TICKETS}?lang=fr", Cookie="lang=en"), 404, "unknown_service", "en")
    wanted = {"Accept-Language": "en-GB,en;q=0.9"}
    assert_refused(ask(TICKETS, **wanted), 404, "unknown_service", "vi")
    assert sentence("unknown_service", {}, "vi") != sentence("unknown_service", {}, "en")
