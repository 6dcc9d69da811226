"""What citizens are told at the counter of numbers, on paper and on the phone, and from what."""

import pytest
from sqlalchemy import event

from appliance.protocol.events import WaitBody
from appliance.storage import days, log, tickets
from appliance.storage.tables import metadata
from appliance.usecases import queries, snapshots
from appliance.usecases.absent import absent
from appliance.usecases.call_next import call_next
from appliance.usecases.expect_wait import desks_of, told_wait
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from display.slips import slip_of, wait_line
from tests.support.numbers import take_number


@pytest.fixture
def take(ctx, fresh_id):
    def take(service="dat-dai", *, priority=False):
        return take_number(ctx, fresh_id(), service, priority=priority)

    return take


@pytest.fixture
def serve(ctx, clock, fresh_id, take):
    """Give a counter some citizens, one after the other, each for so long."""

    def serve(times=3, took_s=600, service="dat-dai", counter=3):
        for _ in range(times):
            take(service)
            call_next(ctx, counter, request_id=fresh_id(), actor="staff:lan")
            clock.pass_s(took_s)
            finish(ctx, counter, request_id=fresh_id(), actor="staff:lan")

    return serve


def test_nothing_is_told_before_three_were_served(take, serve):
    assert take().wait is None
    serve(2)
    assert take().wait is None
    serve(1)
    assert take().wait is not None


def test_the_range_grows_with_the_people_ahead(take, serve):
    serve(took_s=600)
    waits = [take().wait for _ in range(7)]
    assert waits[0] == WaitBody(from_min=0, to_min=5)
    # 60 minutes by the mean of ten, six ahead of the seventh at one counter.
    assert waits[6].from_min < 60 < waits[6].to_min
    assert [w.to_min for w in waits] == sorted(w.to_min for w in waits)


def test_a_second_counter_at_work_shortens_the_wait(ctx, take, serve, fresh_id):
    serve(took_s=600, service="kinh-te", counter=3)
    for _ in range(8):
        alone = take("kinh-te").wait
    serve(1, took_s=1, service="huong-dan", counter=6)
    assert take("kinh-te").wait.to_min < alone.to_min


def test_people_for_other_services_of_the_counter_count_too(take, serve):
    serve(took_s=600)
    before = take("dat-dai").wait
    for _ in range(5):
        take("kinh-te")
    assert take("dat-dai").wait.from_min > before.to_min


def test_a_service_of_other_counters_does_not_count(take, serve):
    serve(took_s=600)
    for _ in range(9):
        take("tra-ket-qua")
    assert take("dat-dai").wait == WaitBody(from_min=0, to_min=5)


def test_priority_is_told_its_shorter_wait(take, serve):
    serve(took_s=300)
    for _ in range(9):
        normal = take().wait
    assert take(priority=True).wait.to_min < normal.from_min


def test_who_stands_at_the_counter_counts_with_the_rest_of_their_time(
    ctx, take, serve, clock, fresh_id
):
    serve(took_s=1200)
    take()
    call_next(ctx, 3, request_id=fresh_id(), actor="staff:lan")
    at_once = take().wait
    clock.pass_s(1100)
    assert take().wait.from_min >= at_once.from_min  # one more ahead
    view = queries.ticket_by_id(ctx, 5)
    assert view.wait.to_min < at_once.to_min


def test_counters_that_stopped_working_make_the_forecast_silent(take, serve, clock):
    serve()
    clock.pass_s(46 * 60)
    assert take().wait is None


def test_the_day_before_tells_in_the_morning(ctx, take, serve, clock):
    serve(took_s=600)
    clock.pass_s(2 * 86400 - 1800)
    serve(1, took_s=600)
    assert take().wait == WaitBody(from_min=0, to_min=5)


def test_a_citizen_that_was_not_there_is_no_short_service(ctx, take, serve, fresh_id):
    serve(2)
    take()
    call_next(ctx, 3, request_id=fresh_id(), actor="staff:lan")
    absent(ctx, 3, request_id=fresh_id(), actor="staff:lan")
    assert take().wait is None


def test_event_kiosk_slip_and_repeated_request_say_the_same(ctx, take, serve, fresh_id):
    serve(took_s=600)
    for _ in range(4):
        take()
    request = fresh_id()
    wanted = {"priority": False, "kiosk": "kiosk-1", "request_id": request, "actor": "kiosk:1"}
    first = issue(ctx, "dat-dai", **wanted)
    with ctx.db.read() as conn:
        row = log.of_request(conn, request)
        ticket = tickets.get(conn, first.ticket.id)
        told = told_wait(conn, first.ticket.id)
    call_next(ctx, 3, request_id=fresh_id(), actor="staff:lan")
    assert row.payload["wait"] == first.wait.model_dump() == told.model_dump()
    assert issue(ctx, "dat-dai", **wanted).wait == first.wait
    assert snapshots.kiosk(ctx, "kiosk-1")[1]["recent"][0]["wait"] == first.wait.model_dump()
    slip = slip_of(ticket, ctx.office, "http://192.168.1.10", told)
    assert slip.wait_line == wait_line(first.wait, "vi")
    assert slip_of(ticket, ctx.office, "http://192.168.1.10").wait_line == ""


def test_the_phone_page_is_told_less_as_the_queue_moves(ctx, take, serve, clock, fresh_id):
    serve(took_s=600)
    for _ in range(5):
        last = take()
    for _ in range(3):
        call_next(ctx, 3, request_id=fresh_id(), actor="staff:lan")
        clock.pass_s(600)
    view = queries.ticket_by_token(ctx, last.token)
    assert view.wait.to_min < last.wait.to_min
    for _ in range(2):
        call_next(ctx, 3, request_id=fresh_id(), actor="staff:lan")
    assert queries.ticket_by_token(ctx, last.token).wait is None


@pytest.mark.parametrize(
    ("low", "high", "vi", "en"),
    [
        (0, 5, "dưới 5 phút", "under 5 minutes"),
        (10, 15, "khoảng 10–15 phút", "about 10–15 minutes"),
        (110, 140, "khoảng 110–140 phút", "about 110–140 minutes"),
        (120, 180, "hơn 2 giờ", "over 2 hours"),
    ],
)
def test_a_range_is_told_in_words(low, high, vi, en):
    wait = WaitBody(from_min=low, to_min=high)
    assert wait_line(wait, "vi") == f"Thời gian chờ dự kiến: {vi}"
    assert wait_line(wait, "en") == f"Expected wait: {en}"


def test_no_statement_of_the_forecast_reads_a_whole_table(ctx, take, serve, clock):
    serve()
    clock.pass_s(2 * 86400 - 1800)
    serve(1)
    seen = []

    @event.listens_for(ctx.db.engine, "before_cursor_execute")
    def note(_conn, _cursor, statement, values, _context, _many):
        if statement.lstrip().startswith("SELECT"):
            seen.append((statement, values))

    ticket = take("kinh-te")
    queries.ticket_by_token(ctx, ticket.token)
    with ctx.db.read() as conn:
        told_wait(conn, ticket.ticket.id)
        assert days.last_opened(conn) is not None
    event.remove(ctx.db.engine, "before_cursor_execute", note)
    assert any("panel_turns" in statement for statement, _ in seen)
    with ctx.db.read() as conn:
        for statement, values in seen:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            scans = {row[3].split()[1] for row in plan if row[3].startswith("SCAN")}
            # One row, and one row a day.
            assert not scans & set(metadata.tables) - {"log_head", "business_days"}, statement


def test_a_counter_with_one_long_service_is_at_work_however_busy_the_others_are(
    ctx, take, clock, fresh_id
):
    take()
    call_next(ctx, 3, request_id=fresh_id(), actor="staff:lan")
    for _ in range(100):
        take("tra-ket-qua")
        call_next(ctx, 5, request_id=fresh_id(), actor="staff:lan")
        clock.pass_s(20)
        finish(ctx, 5, request_id=fresh_id(), actor="staff:lan")
    last = take()
    with ctx.db.read() as conn:
        ticket = tickets.get(conn, last.ticket.id)
        (desk,) = desks_of(conn, ctx.office, ticket, clock.now())
    assert (desk.busy_with, desk.busy_s) == ("dat-dai", 2000.0)
