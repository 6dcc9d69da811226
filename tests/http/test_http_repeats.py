"""The same request twice, or eight times at once: one event, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.http.kit import TICKETS, clear, log, request_id, taken
from tests.support.people import Person, clerk
from tests.support.programs import Answer

AT_ONCE = 8


@pytest.fixture(scope="module")
def kiosk(rig):
    return rig.screen_token("kiosk", "kiosk-2")


@pytest.fixture
def lan(rig):
    clear(rig)
    return clerk(rig.port)


def at_once(ask) -> list[Answer]:
    """Return the answers to the same question from eight threads that start together."""
    barrier = Barrier(AT_ONCE)

    def one(_number: int) -> Answer:
        barrier.wait(10)
        return ask()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def assert_once(rig, ask, events: int = 1) -> Answer:
    """Hold that asking again, and again at once, gives the first answer and no further event."""
    before = log(rig)
    first = ask()
    after = log(rig)
    assert len(after) == len(before) + events, first
    for answer in [ask(), *at_once(ask)]:
        assert answer.status == 200, answer
        assert answer.body == first.body
    assert log(rig) == after
    return first


def test_a_ticket_is_taken_once(rig, kiosk):
    body = {"service": "ho-tich", "request_id": request_id()}
    taken(rig, kiosk, "chung-thuc")  # opens the day, if nobody did
    first = assert_once(rig, lambda: rig.post(TICKETS, body, token=kiosk))
    assert first.status == 201
    assert set(first.body) == {"ticket", "ahead", "wait", "paper", "printer", "url", "qr"}


def test_a_ticket_asked_for_eight_times_at_once_is_taken_once(rig, kiosk):
    body = {"service": "dat-dai", "request_id": request_id()}
    before = log(rig)
    answers = at_once(lambda: rig.post(TICKETS, body, token=kiosk))
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len({answer.body["ticket"]["label"] for answer in answers}) == 1
    assert all(answer.body == answers[0].body for answer in answers)
    assert [type_ for _seq, type_ in log(rig)[len(before) :]] == ["ticket.issued"]


def test_a_repeat_from_another_kiosk_gets_the_same_ticket(rig, kiosk):
    body = {"service": "ho-tich", "request_id": request_id()}
    first = rig.post(TICKETS, body, token=kiosk)
    second = rig.post(TICKETS, body, token=rig.screen_token("kiosk", "kiosk-2"))
    assert (first.status, second.status) == (201, 200)
    assert second.body == first.body


def test_a_call_is_made_once(rig, lan, kiosk):
    taken(rig, kiosk)
    taken(rig, kiosk)
    one = request_id()
    first = assert_once(rig, lambda: lan.verb(1, "call-next", one))
    assert first.body["finished"] is None
    assert first.body["why"]


def test_a_call_that_finished_a_ticket_says_so_again(rig, lan, kiosk):
    taken(rig, kiosk)
    taken(rig, kiosk)
    served = lan.verb(1, "call-next").body["ticket"]
    one = request_id()
    first = assert_once(rig, lambda: lan.verb(1, "call-next", one), events=2)
    assert first.body["finished"]["id"] == served["id"]
    assert first.body["ticket"]["id"] != served["id"]


def test_a_call_that_only_finished_is_answered_the_same(rig, lan, kiosk):
    taken(rig, kiosk)
    lan.verb(1, "call-next")
    one = request_id()
    first = assert_once(rig, lambda: lan.verb(1, "call-next", one))
    assert first.body["ticket"] is None
    assert first.body["finished"]["state"] == "finished"
    taken(rig, kiosk)
    assert lan.verb(1, "call-next", one).body == first.body


@pytest.mark.parametrize("verb", ["recall", "serve", "absent", "finish"])
def test_a_verb_of_a_counter_is_done_once(rig, lan, kiosk, verb):
    taken(rig, kiosk)
    lan.verb(1, "call-next")
    one = request_id()
    first = assert_once(rig, lambda: lan.verb(1, verb, one))
    assert first.body["ticket"] is not None


def test_the_answer_stays_the_first_one_when_the_ticket_has_moved_on(rig, lan, kiosk):
    taken(rig, kiosk)
    lan.verb(1, "call-next")
    one = request_id()
    first = lan.verb(1, "recall", one)
    lan.verb(1, "finish")
    assert lan.verb(1, "recall", one).body == first.body


@pytest.mark.parametrize("verb", ["return", "cancel"])
def test_a_verb_of_a_ticket_is_done_once(rig, lan, kiosk, verb):
    ticket = taken(rig, kiosk)
    if verb == "return":
        lan.verb(1, "call-next")
        lan.verb(1, "absent")
    body = {"request_id": request_id()}
    assert_once(rig, lambda: lan.post(f"{TICKETS}/{ticket['id']}/{verb}", body))


def test_eight_counters_worth_of_clerks_never_call_one_ticket_twice(rig, lan, kiosk):
    wanted = {taken(rig, kiosk)["id"] for _ in range(12)}
    people = [clerk(rig.port) for _ in range(3)]

    def work(job: tuple[int, Person]) -> list[int]:
        counter, person = job
        called = []
        while (ticket := person.verb(counter, "call-next").body["ticket"]) is not None:
            called.append(ticket["id"])
        return called

    with ThreadPoolExecutor(3) as pool:
        called = [id_ for ids in pool.map(work, zip((1, 2, 1), people, strict=True)) for id_ in ids]
    assert sorted(called) == sorted(wanted)
