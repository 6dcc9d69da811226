"""Ratings over HTTP: a panel's token or a ticket's link can rate, nobody else; nobody reads."""

from __future__ import annotations

import pytest

from tests.http.kit import (
    assert_refused,
    clear,
    link_of,
    office,
    request_id,
    rows,
    staff,
    taken,
    unchanged,
)
from tests.http.rules import reading
from tests.support.people import Person, administrator, clerk
from tests.support.programs import Answer, Rig, call
from tests.support.wait import wait_for

RATINGS = "/api/v1/ratings"
NEXT_DAY = "2026-11-25T08:05:00+07:00,1"


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("ratings")) as server:
        yield server


@pytest.fixture(scope="module")
def kiosk(rig):
    return rig.screen_token("kiosk", "kiosk-2")


@pytest.fixture(scope="module")
def panel(rig):
    return rig.screen_token("panel", "1")


@pytest.fixture(scope="module")
def lan(rig):
    return clerk(rig.port)


def served(rig: Rig, kiosk: str, lan: Person) -> dict:
    clear(rig)
    ticket = taken(rig, kiosk)
    assert lan.verb(1, "call-next").status == 200
    assert lan.verb(1, "finish").status == 200
    return ticket


def body(**more) -> dict:
    return {"counter": 1, "level": "hai_long", "request_id": request_id(), **more}


def rate(rig: Rig, token: str, **more) -> Answer:
    return rig.post(RATINGS, body(**more), token=token)


def test_a_panel_rates_and_the_same_request_again_is_the_same_press(rig, kiosk, lan, panel):
    ticket = served(rig, kiosk, lan)
    press = body(ticket=ticket["id"])
    first = rig.post(RATINGS, press, token=panel)
    assert (first.status, first.body) == (201, {"rule": "counted"})
    with unchanged(rig):
        again = rig.post(RATINGS, press, token=panel)
    assert (again.status, again.body) == (200, {"rule": "counted"})


def test_a_panel_that_speaks_for_another_counter_is_stored_as_wrong(rig, panel):
    answer = rate(rig, panel, counter=2)
    assert (answer.status, answer.body["rule"]) == (201, "wrong_panel")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"level": "tuyet_voi"}, 422, "bad_field"),
        ({"level": 5}, 422, "bad_field"),
        ({"counter": 0}, 422, "bad_field"),
        ({"counter": "1"}, 422, "bad_field"),
        ({"counter": 77}, 404, "unknown_counter"),
        ({"ticket": -1}, 422, "bad_field"),
        ({"ticket": 2**63}, 422, "bad_field"),
        ({"age_ms": -1}, 422, "bad_field"),
        ({"age_ms": 10**12}, 422, "bad_field"),
        ({"request_id": "x"}, 422, "bad_field"),
        ({"name": "Nguyễn Văn A"}, 422, "bad_field"),
    ],
)
def test_a_press_that_cannot_be_understood_changes_nothing(rig, panel, change, status, code):
    with unchanged(rig):
        assert_refused(rate(rig, panel, **change), status, code)


@pytest.mark.parametrize("role", ["clerk", "supervisor", "technician", "administrator"])
def test_no_session_of_staff_can_rate_with_or_without_a_csrf_token(rig, kiosk, lan, role):
    ticket = served(rig, kiosk, lan)
    link = link_of(rig, ticket)
    person = staff(rig, f"rater-{role}", role)
    with unchanged(rig):
        assert_refused(person.post(RATINGS, body()), 403, "not_allowed")
        assert_refused(person.post(RATINGS, body(), csrf=""), 403, "csrf_failed")
        reasons = {"rating": request_id(), "reasons": ["khac"], "request_id": request_id()}
        assert_refused(person.post(f"{RATINGS}/reasons", reasons), 403, "not_allowed")
        press = {"level": "rat_hai_long", "request_id": request_id()}
        assert_refused(person.post(f"{link}/rating", press), 403, "not_allowed")
        assert_refused(person.post(f"{link}/rating/reasons", reasons), 403, "not_allowed")


def test_no_kiosk_board_or_agent_can_rate(rig, kiosk):
    agent = (rig.data / "agent.token").read_text().strip()
    board = rig.screen_token("board", "main")
    with unchanged(rig):
        for token in (kiosk, board, agent):
            assert_refused(rate(rig, token), 403, "not_allowed")
            reasons = {"rating": request_id(), "reasons": ["khac"], "request_id": request_id()}
            assert_refused(rig.post(f"{RATINGS}/reasons", reasons, token=token), 403, "not_allowed")


def test_reasons_belong_to_a_bad_press_of_the_same_panel(rig, kiosk, lan, panel):
    served(rig, kiosk, lan)
    bad, good = request_id(), request_id()
    assert rate(rig, panel, level="khong_hai_long", request_id=bad).status == 201
    assert rate(rig, panel, level="hai_long", request_id=good).status == 201

    def say(rating: str, token: str = panel, reasons=("cho_lau", "khac")) -> Answer:
        sent = {"rating": rating, "reasons": list(reasons), "request_id": request_id()}
        return rig.post(f"{RATINGS}/reasons", sent, token=token)

    other = rig.screen_token("panel", "2")
    with unchanged(rig):
        assert_refused(say("no-such-press"), 404, "unknown_rating")
        assert_refused(say(bad, other), 404, "unknown_rating")
        assert_refused(say(good), 409, "no_reasons_asked")
        assert_refused(say(bad, reasons=[]), 422, "bad_field")
        assert_refused(say(bad, reasons=["khac"] * 7), 422, "bad_field")
        assert_refused(say(bad, reasons=["vì ông A"]), 422, "bad_field")
    assert say(bad).status == 201
    assert_refused(say(bad), 409, "reasons_given")


def test_a_phone_rates_with_its_link_after_the_service_and_shares_the_panels_rule(
    rig, kiosk, lan, panel
):
    clear(rig)
    ticket = taken(rig, kiosk)
    link = link_of(rig, ticket)

    def press(level: str = "rat_hai_long") -> Answer:
        return rig.post(f"{link}/rating", {"level": level, "request_id": request_id()})

    with unchanged(rig):
        assert_refused(press(), 409, "not_served")
        assert rig.get(f"{link}/state").body["rating"] is None
    lan.verb(1, "call-next")
    lan.verb(1, "finish")
    state = rig.get(f"{link}/state")
    assert state.body["rating"]["rated"] is False
    assert state.body["rating"]["until"] is not None
    same = rig.get(f"{link}/state", headers={"If-None-Match": state.headers["ETag"]})
    assert same.status == 304
    assert rate(rig, panel, ticket=ticket["id"]).body["rule"] == "counted"
    news = rig.get(f"{link}/state", headers={"If-None-Match": state.headers["ETag"]})
    assert (news.status, news.body["rating"]["rated"]) == (200, True)
    assert press().body["rule"] == "counted"  # within 5 s the latest counts, whoever sent it
    (old, new) = rows(
        rig, f"SELECT via, level FROM rating_presses WHERE ticket_id = {ticket['id']} ORDER BY id"
    )
    assert (old, new) == (("page", "hai_long"), ("phone", "rat_hai_long"))


@pytest.mark.parametrize("via", ["page", "phone"])
def test_who_says_late_that_he_pressed_in_time_is_not_believed(rig, kiosk, lan, panel, via):
    """A holder of the link, or of the tablet, could else rate again when nobody looks."""
    clear(rig)
    ticket = taken(rig, kiosk)
    link = link_of(rig, ticket)
    lan.verb(1, "call-next")
    lan.verb(1, "finish")
    assert rate(rig, panel, ticket=ticket["id"], level="khong_hai_long").body["rule"] == "counted"

    def press(age_ms: int) -> Answer:
        if via == "page":
            return rate(rig, panel, ticket=ticket["id"], age_ms=age_ms)
        sent = {"level": "hai_long", "request_id": request_id(), "age_ms": age_ms}
        return rig.post(f"{link}/rating", sent)

    assert press(15_001).body["rule"] == "unknown_time"
    assert press(86_400_000).body["rule"] == "unknown_time"
    counted = "SELECT level FROM rating_presses WHERE ticket_id = {}".format(ticket["id"])
    assert rows(rig, counted) == [("khong_hai_long",)]


def test_a_wrong_link_rates_nothing(rig):
    press = {"level": "hai_long", "request_id": request_id()}
    with unchanged(rig):
        assert_refused(rig.post("/t/no-such-ticket/rating", press), 404, "unknown_ticket")


def test_a_link_of_yesterday_rates_nothing_and_says_so_in_the_readers_language(tmp_path):
    with office(tmp_path) as rig:
        ticket = served(rig, rig.screen_token("kiosk", "kiosk-2"), clerk(rig.port))
        link = link_of(rig, ticket)
        rig.restart_server_at(NEXT_DAY)
        press = {"level": "hai_long", "request_id": request_id()}
        reasons = {"rating": request_id(), "reasons": ["khac"], "request_id": request_id()}
        with unchanged(rig):
            for lang in ("vi", "en"):
                answer = rig.post(f"{link}/rating?lang={lang}", press)
                assert_refused(answer, 410, "ticket_gone", lang)
                answer = rig.post(f"{link}/rating/reasons?lang={lang}", reasons)
                assert_refused(answer, 410, "ticket_gone", lang)


def test_a_hammering_finger_is_slowed_down(rig):
    token = rig.screen_token("panel", "6")
    wait_for(lambda: rate(rig, token, counter=6).status == 429, "the limit")


def test_nothing_that_staff_can_read_tells_of_a_live_rating(rig, kiosk, lan, panel):
    """Every readable route, for every role, before and after: not a word of what was pressed.

    Supervisors and administrators see today's totals by level on the status page, clerks do not.
    """
    ticket = served(rig, kiosk, lan)
    paths = [rule.path for rule in reading()]
    paths += [f"/api/v1/tickets/{ticket['id']}", "/api/v1/queue"]
    for person in (administrator(rig.port), lan, staff(rig, "xem", "supervisor")):
        press = body(ticket=ticket["id"], level="rat_khong_hai_long")
        assert rig.post(RATINGS, press, token=panel).status == 201
        for path in paths:
            if path.startswith(("/rating", "/lab", "/t/", "/api/v1/openapi.json")):
                continue  # they hold the words of all levels; of no press
            said = str(person.get(path).body)
            if path not in ("/status", "/api/v1/status"):  # they name the scale's levels
                assert "khong_hai_long" not in said, path
            assert press["request_id"] not in said, path
            assert "rating.pressed" not in said, path
    for one in lan.get("/api/v1/status").body["ratings"]:
        assert one["n"] > 0
        assert one["levels"] is one["satisfied_pct"] is None
        assert [counter["levels"] for counter in one["counters"]] == [None] * len(one["counters"])


def test_a_panel_is_paired_by_its_counter_and_reads_nothing(rig, panel):
    answer = call(
        rig.port,
        "POST",
        "/pair/demo",
        {"kind": "panel", "name": "77"},
        headers={"X-Moiso-Lab": "1"},
    )
    assert_refused(answer, 404, "unknown_panel")
    for path in ("/api/v1/queue", "/api/v1/tickets/1"):
        assert_refused(rig.get(path, token=panel), 403, "not_allowed")
    assert rig.get("/rating?counter=77").status == 404
    assert rig.get("/rating?counter=2").status == 200


def test_a_panel_that_shows_its_code_is_let_in_by_the_administrator(rig):
    begun = rig.post("/pair/start", {"kind": "panel", "name": "3"}).body
    manager = administrator(rig.port)
    page = manager.form("/admin/pair", code=begun["code"]).body
    assert 'value="3"' in page
    assert manager.form("/admin/pair", code=begun["code"], name="3").status == 303
    paired = rig.post("/pair/claim", {"secret": begun["secret"]}).body
    assert paired["name"] == "3"
    assert rate(rig, paired["token"], counter=3).status == 201
