"""What an agent reports with an absurd age: it is taken, and so is every row behind it."""

from __future__ import annotations

import pytest

from appliance.storage.audit import audit
from tests.http.kit import request_id, rows

ABSURD_MS = [10**12, 10**14, 10**15, 10**18, 10**30, 10**400]


@pytest.fixture(scope="module")
def token(rig):
    return (rig.data / "agent.token").read_text().strip()


def press(name, kind, age_ms):
    button = {"kind": "press", "request_id": name, "press": kind, "button": "main-gpio5"}
    level = {"level": "hai_long"} if kind == "rate" else {}
    return {**button, **level, "counter": 1, "age_ms": age_ms}


@pytest.mark.parametrize("age_ms", ABSURD_MS, ids=[f"1e{len(str(n)) - 1}" for n in ABSURD_MS])
def test_an_absurd_age_costs_no_row_of_its_report(rig, token, age_ms):
    rating, call, fresh = request_id(), request_id(), request_id()
    device = {"kind": "device", "device": f"main-gpio-{len(str(age_ms))}", "state": "ok"}
    sent = [
        press(rating, "rate", age_ms),
        press(call, "call", age_ms),
        {**device, "device_kind": "button", "age_ms": age_ms},
        press(fresh, "rate", 0),
    ]
    body = {"v": 1, "instance": "test", "rows": sent}
    for wanted in (["refused", "expired", "done", "refused"], None):
        answer = rig.post("/agent/v1/reports", body, token=token)
        assert answer.status == 200, answer
        results = answer.body["results"]
        assert wanted is None or [one["outcome"] for one in results] == wanted, "and again: no 500"
        assert results[0]["code"] == "unknown_time"
    stored = "SELECT pressed_at FROM rating_presses WHERE request_id = '{}'"
    assert rows(rig, stored.format(rating)) == [(None,)]
    assert rows(rig, stored.format(fresh))[0][0] is not None
    assert audit(rig.data / "office.sqlite").problems == []
