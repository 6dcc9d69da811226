"""Who may do what: every token and every role has its own rights, and no others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from appliance.usecases.devices import token_hash
from tests.http.kit import (
    TICKETS,
    assert_refused,
    request_id,
    rows,
    sentence,
    staff,
    take,
    taken,
    unchanged,
)
from tests.support.people import Person, administrator, clerk
from tests.support.programs import call

QUEUE = "/api/v1/queue"
RATINGS = "/api/v1/ratings"
VERBS = ("call-next", "recall", "serve", "absent", "finish")
REPORTS = {"instance": "test-run", "rows": []}


@pytest.fixture(scope="module")
def tokens(rig):
    return {
        "kiosk": rig.screen_token("kiosk", "kiosk-2"),
        "board": rig.screen_token("board", "main"),
        "counter": rig.screen_token("counter", "1"),
        "panel": rig.screen_token("panel", "1"),
        "agent": (rig.data / "agent.token").read_text().strip(),
    }


@pytest.fixture(scope="module")
def ticket(rig, tokens):
    return taken(rig, tokens["kiosk"])


def ask_everything(rig, ticket, **credentials):
    """Yield the answer of each call of the API that wants a right."""
    body = {"request_id": request_id()}
    yield "take", call(rig.port, "POST", TICKETS, {**body, "service": "ho-tich"}, **credentials)
    yield "queue", call(rig.port, "GET", QUEUE, **credentials)
    yield "ticket", call(rig.port, "GET", f"{TICKETS}/{ticket['id']}", **credentials)
    for verb in ("return", "cancel"):
        yield verb, call(rig.port, "POST", f"{TICKETS}/{ticket['id']}/{verb}", body, **credentials)
    for verb in ("slip/reprint", "slip/void"):
        yield verb, call(rig.port, "POST", f"{TICKETS}/{ticket['id']}/{verb}", body, **credentials)
    press = {"counter": 1, "level": "hai_long", "request_id": request_id()}
    yield "rate", call(rig.port, "POST", RATINGS, press, **credentials)
    for verb in VERBS:
        yield verb, call(rig.port, "POST", f"/api/v1/counters/1/{verb}", body, **credentials)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "not_signed_in"),
        ("Bearer", "not_signed_in"),
        ("Bearer ", "not_signed_in"),
        ("Basic bGFuOmxhbg==", "not_signed_in"),
        ("Bearer wrong", "wrong_token"),
        ("bearer wrong", "wrong_token"),
        ("Bearer " + "x" * 4000, "wrong_token"),
        ("Bearer d\u00e9j\u00e0", "wrong_token"),
    ],
)
def test_without_a_good_token_nothing_is_answered(rig, ticket, header, code):
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    with unchanged(rig):
        for _name, answer in ask_everything(rig, ticket, headers=headers):
            assert_refused(answer, 401, code)
        for path in ("/agent/v1/inbox", "/agent/v1/reports"):
            method = "GET" if path.endswith("inbox") else "POST"
            answer = call(rig.port, method, path, REPORTS, headers=headers)
            assert_refused(answer, 401, code)


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        ("kiosk", {"take"}),
        ("board", {"queue", "ticket"}),
        ("counter", {"queue", "ticket"}),
        ("panel", {"rate"}),
        ("agent", set()),
    ],
)
def test_a_device_has_its_own_rights_only(rig, tokens, ticket, kind, may):
    for name, answer in ask_everything(rig, ticket, token=tokens[kind]):
        if name in may:
            assert answer.status in (200, 201), (name, answer)
        else:
            assert_refused(answer, 403, "not_allowed")


@pytest.mark.parametrize("kind", ["kiosk", "board", "panel"])
def test_a_screen_cannot_speak_as_an_agent(rig, tokens, kind):
    with unchanged(rig):
        inbox = rig.get("/agent/v1/inbox", token=tokens[kind])
        assert_refused(inbox, 403, "not_allowed")
        assert_refused(
            rig.post("/agent/v1/reports", REPORTS, token=tokens[kind]), 403, "not_allowed"
        )


def test_a_session_of_staff_is_no_agent(rig):
    manager = administrator(rig.port)
    with unchanged(rig):
        assert_refused(manager.get("/agent/v1/inbox"), 401, "not_signed_in")
        assert_refused(manager.post("/agent/v1/reports", REPORTS), 401, "not_signed_in")


def test_a_token_of_a_device_opens_no_page_of_staff(rig, tokens):
    for kind in tokens:
        with unchanged(rig):
            for path in ("/admin", "/console"):
                answer = rig.get(path, token=tokens[kind])
                assert answer.status == 303
            for path in ("/admin/accounts", "/admin/pair", "/console/counter"):
                assert rig.post(path, token=tokens[kind]).status == 403


def test_a_cookie_does_not_help_a_wrong_token(rig, ticket):
    manager = administrator(rig.port)
    cookies = "; ".join(f"{name}={value}" for name, value in manager.cookies.items())
    headers = {"Cookie": cookies, "Authorization": "Bearer wrong"}
    with unchanged(rig):
        for _name, answer in ask_everything(rig, ticket, headers=headers):
            assert_refused(answer, 401, "wrong_token")


def test_a_revoked_token_is_a_wrong_one(rig, ticket):
    token = rig.screen_token("kiosk", "kiosk-2")
    assert take(rig, token).status == 201
    manager = administrator(rig.port)
    (device,) = _ids_of(rig, token)
    assert manager.form(f"/admin/devices/{device}/revoke").status == 303
    with unchanged(rig):
        assert_refused(take(rig, token), 401, "wrong_token")
        assert manager.form(f"/admin/devices/{device}/revoke").status == 409
        assert manager.form("/admin/devices/99999/revoke").status == 404
        assert manager.form(f"/admin/devices/{2**64}/revoke").status == 404


def test_a_clerk_manages_neither_staff_nor_devices(rig):
    lan = clerk(rig.port)
    forms = {
        "/admin/accounts": {"username": "bao", "password": "mot-mat-khau-dai", "role": "clerk"},
        "/admin/accounts/demo-quantri/password": {"password": "mot-mat-khau-dai"},
        "/admin/accounts/demo-quantri/disabled": {"disabled": "1"},
        "/admin/devices/1/revoke": {},
        "/admin/pair": {"code": "000000"},
    }
    with unchanged(rig):
        assert lan.get("/admin").status == 403
        for path, fields in forms.items():
            answer = lan.form(path, **fields)
            assert answer.status == 403, path
            assert sentence("not_allowed", {}) in answer.body


def test_a_technician_sees_devices_but_no_queue_and_no_accounts(rig, ticket):
    tech = staff(rig, "thu-kythuat", "technician")
    assert tech.get("/admin").status == 200
    assert "demo-canbo" not in tech.get("/admin").body
    body = {"request_id": request_id()}
    with unchanged(rig):
        assert tech.get("/console").status == 403
        assert_refused(tech.get(QUEUE), 403, "not_allowed")
        assert_refused(tech.get(f"{TICKETS}/{ticket['id']}"), 403, "not_allowed")
        assert_refused(tech.post(TICKETS, {**body, "service": "ho-tich"}), 403, "not_allowed")
        assert_refused(tech.verb(1, "call-next"), 403, "not_allowed")
        assert tech.form("/console/counter", counter="1").status == 403
        assert tech.form("/admin/accounts", username="x", role="clerk").status == 403


def test_a_closed_account_loses_its_session_at_once(rig):
    hoa = staff(rig, "hoa", "clerk")
    manager = administrator(rig.port)
    assert hoa.get(QUEUE).status == 200
    assert manager.form("/admin/accounts/hoa/disabled", disabled="1").status == 303
    with unchanged(rig):
        assert_refused(hoa.get(QUEUE), 401, "not_signed_in")
        assert hoa.get("/console").status == 303
    answer = Person(rig.port).sign_in("hoa", "mot-mat-khau-dai")
    assert answer.status == 403
    assert sentence("account_disabled", {}) in answer.body


def test_the_last_administrator_cannot_be_closed(rig):
    manager = administrator(rig.port)
    with unchanged(rig):
        answer = manager.form("/admin/accounts/demo-quantri/disabled", disabled="1")
        assert answer.status == 409
        assert sentence("last_administrator", {}) in answer.body


def test_two_administrators_who_close_each_other_at_once_do_not_both_succeed(rig):
    people = {"demo-quantri": administrator(rig.port)}
    people["quan-tri-2"] = staff(rig, "quan-tri-2", "administrator")
    barrier = Barrier(2)

    def close(names: tuple[str, str]) -> int:
        barrier.wait(10)
        return people[names[0]].form(f"/admin/accounts/{names[1]}/disabled", disabled="1").status

    with ThreadPoolExecutor(2) as pool:
        assert 303 in pool.map(close, [tuple(people), tuple(reversed(people))])
    left = rows(rig, "SELECT username FROM staff WHERE role = 'administrator' AND NOT disabled")
    assert len(left) == 1
    (closed,) = set(people) - {left[0][0]}
    assert people[left[0][0]].form(f"/admin/accounts/{closed}/disabled", disabled="0").status == 303


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"username": "demo-canbo"}, 409, "username_taken"),
        ({"username": "DEMO-Canbo "}, 409, "username_taken"),
        ({"username": "Nguyễn Văn"}, 422, "bad_username"),
        ({"username": ""}, 422, "bad_username"),
        ({"password": "short"}, 422, "password_short"),
        ({"username": "hai-muoi-ky-tu", "password": "hai-muoi-ky-tu"}, 422, "password_is_name"),
        ({"role": "king"}, 422, "bad_field"),
        ({"role": ""}, 422, "bad_field"),
    ],
)
def test_an_odd_account_is_not_made(rig, fields, status, code):
    manager = administrator(rig.port)
    form = {"username": "moi", "password": "mot-mat-khau-dai", "role": "clerk", **fields}
    with unchanged(rig):
        answer = manager.form("/admin/accounts", **form)
        assert answer.status == status
    told = {"username": form["username"], "field": "role"}
    assert sentence(code, told) in answer.body


def _ids_of(rig, token):
    found = rows(rig, f"SELECT id FROM devices WHERE token_hash = '{token_hash(token)}'")
    return [row[0] for row in found]
