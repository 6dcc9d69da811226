"""How fast anybody may ask, and what happens to whoever guesses passwords."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.http.kit import (
    PASSWORD,
    TICKETS,
    assert_refused,
    log,
    office,
    request_id,
    rows,
    sentence,
    staff,
    take,
    unchanged,
)
from tests.support.people import Person, administrator

SAMPLE = {
    "MOISO_LIMITS__TICKETS_PER_DEVICE": "10 per 10 second",
    "MOISO_LIMITS__LOGINS_PER_ADDRESS": "20 per 1 minute",
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A server with the limits of the sample configuration."""
    with office(tmp_path_factory.mktemp("limits"), env=SAMPLE) as server:
        yield server


def test_the_eleventh_ticket_of_a_kiosk_is_refused_and_the_others_are_not(strict):
    greedy, patient = (strict.screen_token("kiosk", f"kiosk-{n}") for n in (1, 2))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: take(strict, greedy), range(14)))
    refused = [answer for answer in answers if answer.status == 429]
    assert (len(answers) - len(refused), len(refused)) == (10, 4)
    with unchanged(strict):
        answer = take(strict, greedy)
        assert_refused(answer, 429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert take(strict, patient).status == 201
    assert len(rows(strict, "SELECT id FROM tickets")) == 11


def test_each_token_is_counted_for_itself(strict):
    first, second = (strict.screen_token("kiosk", "kiosk-2") for _ in range(2))
    assert [take(strict, first).status for _ in range(10)] == [201] * 10
    assert take(strict, first).status == 429
    assert take(strict, second).status == 201


def test_clerks_are_counted_each_for_himself(strict):
    one = staff(strict, "mot", "clerk")
    other = staff(strict, "hai", "supervisor")

    def take_as(person):
        return person.post(TICKETS, {"service": "dat-dai", "request_id": request_id()}).status

    assert [take_as(one) for _ in range(11)] == [201] * 10 + [429]
    assert take_as(other) == 201


def test_an_address_may_try_to_sign_in_so_often(strict):
    stranger = Person(strict.port)
    answers = [stranger.sign_in(f"khong-co-{n}", "sai-mat-khau") for n in range(21)]
    assert answers[0].status == 403
    assert answers[-1].status == 429
    assert sentence("too_many", {}) in answers[-1].body
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert sentence("wrong_password", {}) in answers[0].body
    with unchanged(strict):
        assert stranger.sign_in("demo-canbo", "dung-thu-canbo").status == 429


def test_five_wrong_passwords_lock_an_account_for_a_while(rig):
    staff(rig, "lan", "clerk")
    lan = Person(rig.port)
    wrong = [lan.sign_in("lan", "sai-mat-khau") for _ in range(5)]
    assert {answer.status for answer in wrong} == {403}
    locked = lan.sign_in("lan", PASSWORD)
    assert locked.status == 403
    assert sentence("account_locked", {"minutes": 5}) in locked.body
    assert 'value="lan"' in locked.body
    assert sentence("account_locked", {"minutes": 5}, "en") in lan.get("/login?lang=en").body or (
        sentence("account_locked", {"minutes": 5}, "en") in lan.sign_in("lan", PASSWORD).body
    )
    told = [type_ for _seq, type_ in log(rig, "payload LIKE '%\"lan\"%'")]
    assert told.count("staff.sign_in_failed") == 5
    assert told[-1] == "staff.sign_in_failed"


def test_an_administrator_opens_a_locked_account_with_a_new_password(rig):
    staff(rig, "khoa", "clerk")
    someone = Person(rig.port)
    for _ in range(5):
        someone.sign_in("khoa", "sai-mat-khau")
    assert someone.sign_in("khoa", PASSWORD).status == 403
    manager = administrator(rig.port)
    fresh = "mat-khau-moi-hon"
    assert manager.form("/admin/accounts/khoa/password", password=fresh).status == 303
    assert someone.sign_in("khoa", PASSWORD).status == 403
    assert someone.sign_in("khoa", fresh).status == 303


def test_a_right_password_in_time_forgets_the_wrong_ones(rig):
    staff(rig, "hay-quen", "clerk")
    for _ in range(2):
        person = Person(rig.port)
        for _ in range(4):
            assert person.sign_in("hay-quen", "sai-mat-khau").status == 403
        assert person.sign_in("hay-quen", PASSWORD).status == 303


def test_an_unknown_name_and_a_wrong_password_look_the_same(rig):
    answers = []
    for name in ("demo-quantri", "khong-co-ai"):
        answer = Person(rig.port).sign_in(name, "sai-mat-khau")
        assert answer.status == 403
        assert sentence("wrong_password", {}) in answer.body
        answers.append(answer.body.replace(name, "NAME"))
    assert len(answers[0]) == len(answers[1])


def test_a_new_password_ends_the_sessions_of_the_account(rig):
    ha = staff(rig, "thu-ha", "clerk")
    manager = administrator(rig.port)
    fresh = "mat-khau-moi-hon"
    assert manager.form("/admin/accounts/thu-ha/password", password=fresh).status == 303
    assert_refused(ha.get("/api/v1/queue"), 401, "not_signed_in")


def test_guesses_that_come_all_at_once_are_all_counted(rig):
    staff(rig, "bi-tan-cong", "clerk")

    def guess(number: int) -> int:
        return Person(rig.port).sign_in("bi-tan-cong", f"doan-lan-{number}").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(8))) == {403}
    locked = Person(rig.port).sign_in("bi-tan-cong", PASSWORD)
    assert locked.status == 403
    assert sentence("account_locked", {"minutes": 5}) in locked.body


def test_odd_names_and_passwords_are_wrong_and_no_more(rig):
    for name in ("", " ", "\0", "x" * 5000, "' OR 1=1 --", "<b>", "\U0001f600", "%s", "{name}"):
        answer = Person(rig.port).sign_in(name, name)
        assert answer.status == 403, name
        assert "<b>" not in answer.body
