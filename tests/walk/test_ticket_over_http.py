"""The walk without a browser: a pin goes low, a slip comes out, a clerk calls and finishes."""

from tests.support.hands import push
from tests.support.people import clerk
from tests.support.programs import Rig
from tests.support.wait import wait_for


def test_a_press_on_a_pin_becomes_a_number_a_slip_a_call_and_an_end(rig: Rig):
    lan = clerk(rig.port)
    before = rig.printed()["printed"]
    push(rig, "ho-tich")
    ticket = wait_for(
        lambda: next(iter(lan.get("/api/v1/queue").body["waiting"]), None), "the ticket waits"
    )
    assert ticket["label"] == "1001"
    wait_for(lambda: rig.printed()["printed"] == before + 1, "the slip is printed")
    paper = wait_for(
        lambda: (s := lan.get(f"/api/v1/tickets/{ticket['id']}").body)["paper"] == "printed" and s,
        "the server knows it",
    )
    assert paper["ticket"]["state"] == "waiting"
    called = lan.verb(1, "call-next").body
    assert called["ticket"]["id"] == ticket["id"]
    assert lan.verb(1, "recall").body["ticket"]["calls"] == 2
    assert lan.verb(1, "finish").body["ticket"]["state"] == "finished"
    assert lan.get("/api/v1/queue").body["counters"][0]["ticket"] is None
