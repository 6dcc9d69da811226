"""What happens at every press must not become slower with the years: no table is read whole."""

import pytest
from sqlalchemy import event

from appliance.domain.paper import PaperState
from appliance.domain.rating import Reason, Via
from appliance.health.host import HostChecks
from appliance.health.watch import Senses, Watch
from appliance.protocol.agent import DeviceRow, PrintRow, ReportBatch
from appliance.storage import days, heartbeat, log, ratings
from appliance.usecases import accounts, devices, panel, queries, snapshots
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.change_roll import last_changes
from appliance.usecases.configure import note_configuration
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.mirror_print import give_up_print
from appliance.usecases.rate import give_reasons
from appliance.usecases.recall import recall
from appliance.usecases.reprint import reprint
from appliance.usecases.serve import serve
from appliance.usecases.today import DayCounter
from appliance.usecases.void_slip import void_slip
from display.agents import AgentDesk
from tests.support.ratings import press, served, take

GROWING = {"tickets", "events", "print_jobs", "panel_turns", "rating_presses", "rating_reasons"}
# What is open or queued now, and nothing else, is in these indexes.
ONLY_NOW = {
    "SCAN tickets USING INDEX uq_tickets_open_counter",
    "SCAN print_jobs USING INDEX ix_print_jobs_queued",
}
PASSWORD = "một mật khẩu dài"


def beat(ctx):
    with ctx.db.write() as conn:
        heartbeat.beat(conn, ctx.clock.now())


class Plans:
    """Every statement that reads or changes rows, and which tables it reads whole."""

    def __init__(self, ctx):
        self.ctx = ctx
        self.seen = {}
        event.listen(ctx.db.engine, "before_cursor_execute", self._note)

    def _note(self, _conn, _cursor, statement, values, _context, _many):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self.seen[statement] = values

    def whole_reads(self):
        event.remove(self.ctx.db.engine, "before_cursor_execute", self._note)
        with self.ctx.db.read() as conn:
            return [
                (row[3], statement)
                for statement, values in self.seen.items()
                for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                if row[3].startswith("SCAN")
                and row[3] not in ONLY_NOW
                and row[3].split()[1] in GROWING
            ]


@pytest.fixture
def plans(ctx):
    return Plans(ctx)


def test_no_statement_of_a_day_reads_all_tickets_or_events(ctx, plans, fresh_id, clock):
    def take_number(service="ho-tich"):
        return issue(
            ctx,
            service,
            priority=False,
            kiosk="kiosk-1",
            request_id=fresh_id(),
            actor="kiosk:kiosk-1",
        )

    def do(verb, what):
        return verb(ctx, what, request_id=fresh_id(), actor="staff:lan")

    taken = [take_number() for _ in range(6)]
    for verb in (call_next, recall, absent, call_next, serve, finish, call_next, call_next):
        do(verb, 1)
    do(bring_back, taken[0].ticket.id)
    do(cancel, taken[5].ticket.id)
    clock.pass_s(2 * 86400)
    token = take_number().token
    queries.queue(ctx)
    queries.ticket_by_token(ctx, token)
    for look, name in (
        (snapshots.kiosk, "kiosk-1"),
        (snapshots.board, "main"),
        (snapshots.console, 1),
    ):
        look(ctx, name)
    assert len(plans.seen) > 25
    assert plans.whole_reads() == []


def test_no_statement_about_slips_agents_and_health_reads_all_rows(ctx, plans, fresh_id):
    desk = AgentDesk(ctx, "http://moiso.test")
    desk.start()
    beat(ctx)
    watch = Watch(
        ctx, "main", HostChecks([], ctx.clock), Senses(list, lambda _agent: True, lambda: True)
    )
    taken = [take(ctx, 1) for _ in range(4)]
    box = desk.inbox("main", 0, 0, seals=True)
    seals = {message.job_id: message.seal for message in box.messages}
    desk._sweep()
    for n, state in enumerate(("printed", "unknown", "failed"), 1):
        row = PrintRow(job_id=n, state=state, rev=2, seal=seals[n])
        change = DeviceRow(device="printer-1", device_kind="printer", state="ok")
        desk.report("main", ReportBatch(instance="x", rows=[row, change]))
    reprint(ctx, taken[1], request_id=fresh_id(), actor="staff:lan")
    void_slip(ctx, taken[2], request_id=fresh_id(), actor="staff:lan")
    give_up_print(ctx, 4, PaperState.UNKNOWN, reason="no_word")
    desk.inbox("main", 1, 0, seals=True)
    snapshots.console(ctx, 1)
    watch.sweep()
    watch.status()
    counter = DayCounter(ctx)
    counter.today()
    counter.figures()
    devices.pair(ctx, "board", "main", "a-token", actor="staff:lan")
    devices.who(ctx, "a-token")
    assert len(plans.seen) > 25
    assert plans.whole_reads() == []


def test_no_statement_of_ratings_reads_all_rows(ctx, plans):
    ticket = served(ctx)
    pressed = press(ctx, request_id="press-0001", level="khong_hai_long")
    assert pressed.ticket_id == ticket
    give_reasons(
        ctx,
        "press-0001",
        (Reason("cho_lau"),),
        request_id="reasons-01",
        actor="panel:1",
        via=Via.PAGE,
        owner=1,
    )
    press(ctx)
    panel.snapshot(ctx, 1)
    with ctx.db.read() as conn:
        panel.lights(ctx, conn, "panels", 0)
        panel.is_rated(conn, ticket)
        ratings.tallies(conn, ctx.clock.now().date())
    assert len(plans.seen) > 15
    assert plans.whole_reads() == []


def test_no_statement_of_a_start_a_sign_in_or_the_live_channel_reads_all_rows(ctx, plans, clock):
    for text in ("one", "one", "another"):
        note_configuration(ctx, text)
    accounts.add_first_administrator(ctx, "lan", PASSWORD)
    account = accounts.sign_in(ctx, "lan", PASSWORD, accounts.LockRule(5, 300))
    accounts.account_of_session(ctx, "lan", account.epoch, "a-session")
    accounts.sign_out(ctx, "lan", "a-session")
    take(ctx, 1)
    clock.pass_s(-2 * 86400)
    take(ctx, 1)
    with ctx.db.read() as conn:
        assert [row.type for row in log.after(conn, 0)].count("clock.went_back") == 1
        days.last_opened_seq(conn)
        last_changes(conn)
    assert len(plans.seen) > 15
    assert plans.whole_reads() == []
