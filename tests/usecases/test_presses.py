import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from appliance.domain.office import Kiosk, Printer
from appliance.protocol.agent import PressRow
from appliance.storage import log
from appliance.usecases import queries
from appliance.usecases.absent import absent
from appliance.usecases.call_next import call_next
from appliance.usecases.finish import finish
from appliance.usecases.handle_press import handle_press
from appliance.usecases.recall import recall
from appliance.usecases.report_device import report_device
from appliance.usecases.serve import serve

HANDLING = {"serve": serve, "recall": recall, "finish": finish, "absent": absent}


def press(request_id: str, kind: str = "issue", **more) -> PressRow:
    where = {"kiosk": "kiosk-1", "service": "ho-tich"} if kind == "issue" else {"counter": 1}
    fields = {"button": "main-gpio2", "age_ms": 40, **where, **more}
    return PressRow(request_id=request_id, press=kind, **fields)


def events_of(ctx, request_id: str):
    with ctx.db.read() as conn:
        return [row for row in log.after(conn, 0) if row.request_id == request_id]


def send(ctx, row: PressRow):
    return handle_press(ctx, row, actor="agent:main")


def test_a_press_gets_a_ticket_and_its_repetition_the_same_one(ctx):
    first = send(ctx, press("press-001"))
    again = send(ctx, press("press-001"))
    assert (first.outcome, first.label) == ("done", "1001")
    assert (again.outcome, again.label) == ("repeat", "1001")
    assert len(queries.queue(ctx)["waiting"]) == 1


@pytest.mark.parametrize("age", [10_001, 3_600_000, None])
@pytest.mark.parametrize("kind", ["issue", "call", "recall", "finish"])
def test_a_press_that_comes_too_late_is_stored_and_does_nothing(ctx, kind, age):
    send(ctx, press("press-000"))
    result = send(ctx, press("press-001", kind, age_ms=age))
    assert (result.outcome, result.code) == ("expired", "press_expired")
    (event,) = events_of(ctx, "press-001")
    assert (event.type, event.payload["age_ms"]) == ("press.expired", age)
    assert [t["label"] for t in queries.queue(ctx)["waiting"]] == ["1001"]
    late_again = send(ctx, press("press-001", kind, age_ms=5))
    assert late_again.outcome == "expired"


def test_call_recall_and_finish_by_button(ctx):
    send(ctx, press("press-000"))
    assert send(ctx, press("press-001", "call")).label == "1001"
    assert send(ctx, press("press-002", "recall")).label == "1001"
    assert send(ctx, press("press-003", "finish")).label == "1001"
    assert queries.queue(ctx)["counters"][0]["ticket"] is None


def test_a_kiosk_without_a_screen_gives_no_number_that_nobody_would_see(ctx):
    printers = (Printer("printer-1", "hall", "printer-2"), Printer("printer-2", "main"))
    kiosks = (Kiosk("kiosk-1", "printer-1", screen=False),)
    office = dataclasses.replace(ctx.office, printers=printers, kiosks=kiosks)
    blind = dataclasses.replace(ctx, office=office)

    def report(printer: str, state: str, *causes: str) -> None:
        report_device(blind, printer, "printer", state, causes, actor="agent:main")

    report("printer-1", "failed", "paper_out")
    assert send(blind, press("press-001")).outcome == "done", "the other printer may print"
    report("printer-2", "failed", "cover_open")
    refused = send(blind, press("press-002"))
    assert (refused.outcome, refused.code) == ("refused", "printer_bad_no_screen")
    report("printer-1", "unknown", "link_lost")
    assert send(blind, press("press-003")).outcome == "refused"
    report("printer-1", "ok")
    assert send(blind, press("press-004")).label == "1002"


@pytest.mark.parametrize(
    ("passed_s", "age_ms"),
    [(0, 40), (2.9, 40), (2, 2_000), (5, 5_100), (9.9, 9_900), (12.9, 9_990)],
)
def test_a_call_by_button_never_ends_a_ticket_that_was_called_after_it_or_just_before(
    ctx, passed_s, age_ms
):
    """The clerk pushed, nothing happened, and F2 was faster; or two hands meant one call."""
    send(ctx, press("press-000"))
    send(ctx, press("press-001"))
    call_next(ctx, 1, request_id="staff-001", actor="staff:lan")
    ctx.clock.pass_s(passed_s)
    row = press("press-002", "call", age_ms=age_ms)
    result = send(ctx, row)
    assert (result.outcome, result.code) == ("refused", "called_just_now")
    assert send(ctx, row) == result
    (event,) = events_of(ctx, "press-002")
    assert (event.type, event.payload["code"]) == ("press.refused", "called_just_now")
    assert queries.queue(ctx)["counters"][0]["ticket"]["label"] == "1001"
    assert [t["label"] for t in queries.queue(ctx)["waiting"]] == ["1002"]


@pytest.mark.parametrize("before", [(), ("serve",), ("recall",), ("finish",), ("absent",)])
def test_a_call_by_button_is_free_as_soon_as_the_ticket_was_handled_or_3_s_are_over(ctx, before):
    send(ctx, press("press-000"))
    send(ctx, press("press-001"))
    call_next(ctx, 1, request_id="staff-001", actor="staff:lan")
    for verb in before:
        HANDLING[verb](ctx, 1, request_id="staff-002", actor="staff:lan")
    ctx.clock.pass_s(0 if before else 3.1)
    assert send(ctx, press("press-002", "call")).label == "1002"


def test_a_clock_that_was_set_back_holds_no_call_by_button_back(ctx):
    send(ctx, press("press-000"))
    send(ctx, press("press-001"))
    call_next(ctx, 1, request_id="staff-001", actor="staff:lan")
    ctx.clock.at -= timedelta(minutes=1)
    assert send(ctx, press("press-002", "call")).label == "1002"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (press("press-001", service="no-such"), "unknown_service"),
        (press("press-001", kiosk="no-such"), "unknown_kiosk"),
        (press("press-001", service=None), "bad_field"),
        (press("press-001", "call"), "nobody_waiting"),
        (press("press-001", "call", counter=77), "unknown_counter"),
        (press("press-001", "call", counter=None), "bad_field"),
        (press("press-001", "recall"), "no_open_ticket"),
        (press("press-001", "finish"), "no_open_ticket"),
    ],
)
def test_a_press_that_the_rules_forbid_leaves_exactly_one_event_with_the_reason(ctx, row, code):
    result = send(ctx, row)
    assert (result.outcome, result.code) == ("refused", code)
    assert send(ctx, row) == result
    (event,) = events_of(ctx, "press-001")
    assert (event.type, event.payload["code"]) == ("press.refused", code)
    assert queries.queue(ctx)["waiting"] == []


def test_a_press_with_the_id_of_another_verb_is_refused_and_changes_nothing(ctx):
    send(ctx, press("press-001"))
    call_next(ctx, 1, request_id="staff-001", actor="staff:lan")
    with ctx.db.read() as conn:
        before = log.head(conn)
    for row in (press("staff-001"), press("staff-001", "finish"), press("press-001", "call")):
        result = send(ctx, row)
        assert (result.outcome, result.code) == ("refused", "request_reused")
    for other in (press("press-001", service="dat-dai"), press("press-001", kiosk="other")):
        assert send(ctx, other).code == "request_reused"
    assert send(ctx, press("staff-001", "call", counter=2)).code == "request_reused"
    assert send(ctx, press("staff-001", "call")).outcome == "repeat"
    with ctx.db.read() as conn:
        assert log.head(conn) == before


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (press("press-001", "issue", age_ms=10_001), "expired"),
        (press("press-001", "issue", kiosk="kiosk-9"), "refused"),
        (press("press-001", "call"), "refused"),
    ],
    ids=["too late", "no such kiosk", "nobody waits"],
)
def test_a_press_that_is_sent_again_before_its_answer_leaves_one_event(
    ctx, monkeypatch, row, outcome
):
    """Both have looked for the first one's event before either of them has written it."""
    both = threading.Barrier(2)

    def looked(*_args):
        both.wait(30)

    monkeypatch.setattr("appliance.usecases.handle_press._outcome_of", looked)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _n: send(ctx, row), range(2)))
    assert [answer.outcome for answer in answers] == [outcome, outcome]
    assert len(events_of(ctx, "press-001")) == 1
