"""What the rules of the queue forbid is refused with its code, and changes nothing."""

from __future__ import annotations

import pytest

from display.api.contract import COUNTER_VERBS
from tests.http.kit import (
    TICKETS,
    assert_refused,
    clear,
    office,
    request_id,
    take,
    taken,
    unchanged,
)
from tests.support.people import clerk
from tests.support.programs import anchored

SUNDAY = "2026-11-22T10:00:00+07:00,1"


@pytest.fixture(scope="module")
def kiosk(rig):
    return rig.screen_token("kiosk", "kiosk-2")


@pytest.fixture
def lan(rig):
    clear(rig)
    return clerk(rig.port)


@pytest.mark.parametrize("verb", ["recall", "serve", "absent", "finish"])
def test_a_counter_without_a_ticket_cannot_move_one(rig, lan, verb):
    with unchanged(rig):
        assert assert_refused(lan.verb(1, verb), 409, "no_open_ticket") == {"counter": 1}


def test_calling_with_nobody_waiting_calls_nobody(rig, lan):
    with unchanged(rig):
        answer = lan.verb(1, "call-next")
    assert answer.status == 200
    assert answer.body == {"ticket": None, "finished": None, "why": ""}


def test_an_unknown_counter_is_not_found(rig, lan):
    with unchanged(rig):
        for verb in ("call-next", "recall", "serve", "absent", "finish"):
            fields = assert_refused(lan.verb(7, verb), 404, "unknown_counter")
            assert fields == {"counter": 7}


def test_a_ticket_is_finished_once(rig, lan, kiosk):
    taken(rig, kiosk)
    assert lan.verb(1, "call-next").status == 200
    assert lan.verb(1, "finish").body["ticket"]["state"] == "finished"
    with unchanged(rig):
        assert_refused(lan.verb(1, "finish"), 409, "no_open_ticket")


def test_a_ticket_is_recalled_so_often_and_no_more(rig, lan, kiosk):
    ticket = taken(rig, kiosk)
    lan.verb(1, "call-next")
    assert [lan.verb(1, "recall").status for _ in range(3)] == [200, 200, 200]
    with unchanged(rig):
        fields = assert_refused(lan.verb(1, "recall"), 409, "recall_limit")
    assert fields == {"ticket": ticket["label"], "limit": 3}


def test_a_served_ticket_is_neither_recalled_nor_absent_nor_served_again(rig, lan, kiosk):
    taken(rig, kiosk)
    lan.verb(1, "call-next")
    assert lan.verb(1, "serve").body["ticket"]["state"] == "serving"
    with unchanged(rig):
        for verb in ("recall", "absent", "serve"):
            assert_refused(lan.verb(1, verb), 409, "illegal_transition")


def test_only_a_waiting_ticket_is_cancelled_and_only_an_absent_one_returns(rig, lan, kiosk):
    ticket = taken(rig, kiosk)
    path = f"{TICKETS}/{ticket['id']}"
    with unchanged(rig):
        assert_refused(
            lan.post(f"{path}/return", {"request_id": request_id()}), 409, "illegal_transition"
        )
    lan.verb(1, "call-next")
    with unchanged(rig):
        for verb in ("cancel", "return"):
            answer = lan.post(f"{path}/{verb}", {"request_id": request_id()})
            assert_refused(answer, 409, "illegal_transition")


def test_another_counter_does_not_move_a_counters_ticket(rig, lan, kiosk):
    taken(rig, kiosk)
    lan.verb(1, "call-next")
    with unchanged(rig):
        assert_refused(lan.verb(2, "finish"), 409, "no_open_ticket")


@pytest.mark.parametrize("verb", COUNTER_VERBS)
def test_a_verb_meant_for_another_ticket_does_nothing(rig, lan, kiosk, verb):
    first, second = taken(rig, kiosk), taken(rig, kiosk)
    path = f"/api/v1/counters/1/{verb}"
    lan.verb(1, "call-next")
    with unchanged(rig):
        for seen in (0, second["id"]):
            answer = lan.post(path, {"request_id": request_id(), "ticket": seen})
            assert assert_refused(answer, 409, "counter_changed") == {"counter": 1}
    good = lan.post(path, {"request_id": request_id(), "ticket": first["id"]})
    assert good.status == 200, good


def test_a_call_for_a_counter_seen_empty_is_made_only_while_nobody_is_there(rig, lan, kiosk):
    first, second = taken(rig, kiosk), taken(rig, kiosk)
    path = "/api/v1/counters/1/call-next"
    body = {"request_id": request_id(), "ticket": 0}
    assert lan.post(path, body).body["ticket"]["id"] == first["id"]
    with unchanged(rig):
        again = lan.post(path, body)
        assert again.body["ticket"]["id"] == first["id"]
        assert_refused(
            lan.post(path, {"request_id": request_id(), "ticket": 0}), 409, "counter_changed"
        )
    lan.verb(1, "finish")
    answer = lan.post(path, {"request_id": request_id(), "ticket": 0})
    assert answer.body["ticket"]["id"] == second["id"]


def test_a_request_id_is_good_for_one_thing(rig, lan, kiosk):
    one = request_id()
    ticket = taken(rig, kiosk, request_id=one)
    other = taken(rig, kiosk)
    called = request_id()
    lan.verb(1, "call-next", called)
    with unchanged(rig):
        reused = [
            take(rig, kiosk, "chung-thuc", request_id=one),
            take(rig, kiosk, priority=True, request_id=one),
            take(rig, kiosk, request_id=called),
            lan.verb(1, "call-next", one),
            lan.verb(1, "finish", called),
            lan.verb(1, "recall", called),
            lan.verb(2, "call-next", called),
            lan.post(f"{TICKETS}/{other['id']}/cancel", {"request_id": one}),
            lan.post(f"{TICKETS}/{ticket['id']}/return", {"request_id": called}),
        ]
        for answer in reused:
            assert_refused(answer, 409, "request_reused")


def test_a_board_cannot_be_of_a_zone_that_is_not_there(rig):
    with unchanged(rig):
        for path in ("/board?zone=x", "/kiosk?name=x"):
            assert rig.get(path).status == 404


def test_a_closed_service_says_when_it_opens(tmp_path):
    with office(tmp_path, env={"MOISO_DEMO_CLOCK": anchored(SUNDAY)}) as rig:
        token = rig.screen_token("kiosk", "kiosk-2")
        with unchanged(rig):
            answer = take(rig, token)
            fields = assert_refused(answer, 409, "service_closed")
            assert "07:30 ngày 23/11/2026" in answer.body["error"]["message"]
            english = rig.post(
                f"{TICKETS}?lang=en",
                {"service": "ho-tich", "request_id": request_id()},
                token=token,
            )
            assert_refused(english, 409, "service_closed", "en")
            assert "07:30 on 23/11/2026" in english.body["error"]["message"]
        assert fields["next_open"].endswith("Z") or "+00:00" in fields["next_open"]


def test_a_series_that_is_used_up_gives_no_number_twice(tmp_path):
    def cap(text: str) -> str:
        return text.replace('code = "ho-tich"\n', 'code = "ho-tich"\ndaily_cap = 2\n', 1)

    with office(tmp_path, edit=cap) as rig:
        token = rig.screen_token("kiosk", "kiosk-2")
        labels = [taken(rig, token)["label"] for _ in range(2)]
        assert labels == ["1001", "1002"]
        with unchanged(rig):
            assert_refused(take(rig, token), 409, "series_exhausted")
