"""Pairing: six digits on a screen, an administrator lets it in, the token is given once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.errors import NotFound
from display.pair import desk as desk_module
from display.pair.desk import LIFE_S, MOST, MOST_OF_ADDRESS, PairingDesk
from tests.http.kit import assert_refused, log, rows, sentence, take, unchanged
from tests.live.screen import connect, refusal, wait_closed
from tests.support.people import administrator

HERE = "192.168.1.20"


@pytest.fixture
def manager(rig):
    return administrator(rig.port)


def start(rig, kind: str, name: str = "") -> dict[str, str]:
    answer = rig.post("/pair/start", {"kind": kind, "name": name})
    assert answer.status == 201, answer
    assert set(answer.body) == {"code", "secret", "expires_s"}
    assert len(answer.body["code"]) == 6
    assert answer.body["code"].isdigit()
    return dict(answer.body)


def claim(rig, secret: str):
    return rig.post("/pair/claim", {"secret": secret})


def test_a_screen_is_let_in_and_gets_its_token_once(rig, manager):
    mine = start(rig, "kiosk", "kiosk-2")
    assert (claim(rig, mine["secret"]).status, claim(rig, mine["secret"]).body) == (
        202,
        {"state": "waiting"},
    )
    assert re.search(r"kiosk-2\s*· 127\.0\.0\.1", manager.get("/admin").body), "which machine asks"
    with unchanged(rig):
        found = manager.form("/admin/pair", code=mine["code"])
        assert found.status == 200
        assert f'name="code" value="{mine["code"]}"' in found.body
    spaced = f" {mine['code'][:3]} {mine['code'][3:]} "
    answer = manager.form("/admin/pair", code=spaced, name="kiosk-2")
    assert (answer.status, answer.headers["Location"]) == (303, "/admin")
    given = claim(rig, mine["secret"])
    assert given.status == 200
    assert set(given.body) == {"token", "name"}
    assert given.body["name"] == "kiosk-2"
    for lang in ("vi", "en"):
        again = rig.post(f"/pair/claim?lang={lang}", {"secret": mine["secret"]})
        assert_refused(again, 410, "pair_gone", lang)
    assert take(rig, given.body["token"]).status == 201
    assert "device.paired" in [type_ for _seq, type_ in log(rig)]
    stored = rows(rig, "SELECT token_hash FROM devices")
    assert given.body["token"] not in str(stored)


def test_the_token_is_given_to_one_of_eight_who_claim_at_once(rig, manager):
    mine = start(rig, "board")
    assert manager.form("/admin/pair", code=mine["code"], name="main").status == 303
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: claim(rig, mine["secret"]).status, range(8)))
    assert sorted(answers) == [200] + [410] * 7


def test_a_code_is_good_once(rig, manager):
    mine = start(rig, "board")
    assert manager.form("/admin/pair", code=mine["code"], name="main").status == 303
    with unchanged(rig):
        for name in ("main", ""):
            answer = manager.form("/admin/pair", code=mine["code"], name=name)
            assert answer.status == 404
            assert sentence("pair_code_wrong", {}) in answer.body


@pytest.mark.parametrize("code", ["", "000", "abcdef", "1234567", "١٢٣٤٥٦", "\0"])
def test_a_wrong_code_finds_nobody(rig, manager, code):
    with unchanged(rig):
        for name in ("", "kiosk-1"):
            answer = manager.form("/admin/pair", code=code, name=name)
            assert answer.status == 404
            assert sentence("pair_code_wrong", {}) in answer.body


def test_a_screen_cannot_be_what_the_office_does_not_have(rig, manager):
    with unchanged(rig):
        for kind, name in (("kiosk", "kiosk-9"), ("board", "attic"), ("board", "kiosk-1")):
            mine = start(rig, kind)
            assert manager.form("/admin/pair", code=mine["code"], name=name).status == 404
            assert claim(rig, mine["secret"]).status == 202


@pytest.mark.parametrize("kind", ["", "console", "tablet", "Kiosk", "x" * 12])
def test_an_unknown_kind_is_not_found(rig, kind):
    with unchanged(rig):
        assert_refused(rig.post("/pair/start", {"kind": kind}), 404, "unknown_kind")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("start", {}),
        ("start", {"kind": 1}),
        ("start", {"kind": "kiosk", "name": "x" * 33}),
        ("start", {"kind": "kiosk", "code": "123456"}),
        ("claim", {}),
        ("claim", {"secret": "short"}),
        ("claim", {"secret": "x" * 65}),
        ("claim", {"secret": None}),
    ],
)
def test_an_odd_body_is_refused(rig, path, body):
    with unchanged(rig):
        assert_refused(rig.post(f"/pair/{path}", body), 422, "bad_field")


def test_a_guessed_secret_claims_nothing(rig):
    assert_refused(claim(rig, "x" * 32), 410, "pair_gone")


def test_a_revoked_screen_is_cut_off_at_once(rig, manager):
    token = rig.screen_token("kiosk", "kiosk-2")
    other = rig.screen_token("kiosk", "kiosk-2")
    mine, theirs = (connect(rig.port, {"token": each}) for each in (token, other))
    mine.hello()
    device = rows(rig, "SELECT max(id) - 1 FROM devices")[0][0]
    assert manager.form(f"/admin/devices/{device}/revoke").status == 303
    wait_closed(mine)
    assert_refused(take(rig, token), 401, "wrong_token")
    assert refusal(rig.port, {"token": token}) == "wrong_token"
    assert take(rig, other).status == 201
    theirs.hello()
    theirs.socket.close()


def test_a_code_dies_after_its_time(monkeypatch):
    desk = PairingDesk()
    now_s = desk_module.time.monotonic()
    pairing, secret = desk.start("kiosk", "kiosk-1", HERE)
    assert desk.find(pairing.code) is pairing
    monkeypatch.setattr(desk_module.time, "monotonic", lambda: now_s + LIFE_S + 1)
    with pytest.raises(NotFound, match="pair_code_wrong"):
        desk.find(pairing.code)
    with pytest.raises(NotFound, match="pair_gone"):
        desk.claim(secret)
    assert desk.pending() == []


def test_a_token_that_nobody_fetches_dies_too(monkeypatch):
    desk = PairingDesk()
    now_s = desk_module.time.monotonic()
    pairing, secret = desk.start("board", "", HERE)
    desk.let_in(pairing, "main", "the-token")
    monkeypatch.setattr(desk_module.time, "monotonic", lambda: now_s + LIFE_S + 1)
    with pytest.raises(NotFound, match="pair_gone"):
        desk.claim(secret)


def test_an_address_that_asks_again_and_again_loses_its_own_oldest_code():
    desk = PairingDesk()
    quiet, _secret = desk.start("board", "main", "192.168.1.30")
    codes = [desk.start("kiosk", "", HERE)[0].code for _ in range(3 * MOST)]
    assert [one.code for one in desk.pending()] == [quiet.code, *codes[-MOST_OF_ADDRESS:]]


def test_a_full_desk_takes_from_the_greediest_address():
    desk = PairingDesk()
    quiet, _secret = desk.start("board", "main", "192.168.1.30")
    for n in range(MOST):
        desk.start("kiosk", "", f"192.168.1.{100 + n // MOST_OF_ADDRESS}")
    newcomer, _secret = desk.start("kiosk", "", HERE)
    waiting = [one.code for one in desk.pending()]
    assert len(waiting) == MOST
    assert {quiet.code, newcomer.code} < set(waiting)


def test_a_full_desk_of_single_codes_gives_a_new_screen_the_oldest_place_nobody_looked_at():
    desk = PairingDesk()
    shown = [desk.start("kiosk", "", address)[0] for address in _addresses(MOST)]
    desk.find(shown[0].code)
    let_in, secret = desk.start("board", "", HERE)
    desk.let_in(let_in, "main", "the-token")
    newcomer, _secret = desk.start("kiosk", "", "192.168.1.21")
    codes = {one.code for one in desk.pending()}
    assert len(codes) == MOST
    assert {shown[0].code, newcomer.code} < codes, "what is being let in stays, the new one came"
    assert shown[1].code not in codes, "the oldest of nobody's interest made room"
    claimed = desk.claim(secret)
    assert claimed is not None
    assert claimed.token == "the-token"


def test_all_addresses_of_an_ordinary_network_push_out_no_single_code():
    desk = PairingDesk()
    quiet, _secret = desk.start("board", "main", HERE)
    for _round in range(3):
        for n in range(255):
            desk.start("kiosk", "", f"192.168.2.{n}")
    assert desk.find(quiet.code) is quiet


def _addresses(count):
    return (f"10.0.{n // 250}.{n % 250}" for n in range(count))


def test_a_screen_that_was_let_in_keeps_its_token_whoever_asks():
    desk = PairingDesk()
    pairing, secret = desk.start("board", "", HERE)
    desk.let_in(pairing, "main", "the-token")
    for _ in range(MOST):
        desk.start("kiosk", "", HERE)
    claimed = desk.claim(secret)
    assert claimed is not None
    assert claimed.token == "the-token"
