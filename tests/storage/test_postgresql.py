"""The hub runs on PostgreSQL: every statement that the office uses must be one that it knows."""

from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import ClauseElement

from appliance.domain.paper import PaperState
from appliance.domain.people import Role
from appliance.domain.rating import Level, Reason, Via
from appliance.protocol.agent import PressRow
from appliance.storage import audit, heartbeat, ratings
from appliance.storage.tables import metadata
from appliance.usecases import accounts, devices, panel, queries, snapshots
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.configure import note_configuration
from appliance.usecases.finish import finish
from appliance.usecases.handle_press import handle_press
from appliance.usecases.mirror_print import give_up_print, mirror_print
from appliance.usecases.rate import Asked, give_reasons, rate
from appliance.usecases.recall import recall
from appliance.usecases.report_device import report_device
from appliance.usecases.serve import serve
from tests.support.numbers import take_number

DIALECT = postgresql.dialect()


def test_every_table_and_index_compiles_for_postgresql():
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=DIALECT))
        for index in table.indexes:
            assert "INDEX" in str(CreateIndex(index).compile(dialect=DIALECT))


def test_every_statement_of_a_whole_day_compiles_for_postgresql(ctx, fresh_id, clock):
    seen: set[str] = set()

    @event.listens_for(ctx.db.engine, "before_execute")
    def compile_it(_conn, statement, _many, _params, _options):
        if isinstance(statement, ClauseElement):
            seen.add(str(statement.compile(dialect=DIALECT)))

    first = _play_a_day(ctx, fresh_id, clock)
    snapshots.kiosk(ctx, "kiosk-1")
    snapshots.board(ctx, "main")
    snapshots.console(ctx, 1)
    queries.queue(ctx)
    queries.ticket_by_id(ctx, first.ticket.id)
    queries.ticket_by_token(ctx, first.token)
    with ctx.db.write() as conn:
        heartbeat.beat(conn, clock.now())
        heartbeat.beat(conn, clock.now())
        heartbeat.last(conn)
    assert len(seen) > 40
    assert audit.audit(ctx.db.path).problems == []


def _play_a_day(ctx, fresh_id, clock):
    def take(service="ho-tich", *, priority=False):
        return take_number(ctx, fresh_id(), service, priority=priority)

    def do(verb, *args):
        return verb(ctx, *args, request_id=fresh_id(), actor="staff:lan")

    note_configuration(ctx, "some configuration")
    accounts.add_account(ctx, "lan", "một mật khẩu dài", Role.CLERK, actor="setup")
    accounts.sign_in(ctx, "lan", "một mật khẩu dài", accounts.LockRule(5, 60))
    accounts.set_password(ctx, "lan", "một mật khẩu khác", actor="setup")
    paired = devices.pair(ctx, "board", "main", devices.new_token(), actor="staff:lan")
    devices.everyone(ctx)
    devices.revoke(ctx, paired.id, actor="staff:lan")
    report_device(ctx, "printer-1", "printer", "failed", ("paper_out",), actor="agent:main")
    first = take()
    take(priority=True)
    last = take()
    mirror_print(ctx, 1, PaperState.PRINTED, rev=1, reason="", actor="agent:main")
    give_up_print(ctx, 2, PaperState.EXPIRED, reason="not_pulled")
    do(call_next, 1)
    do(recall, 1)
    do(absent, 1)
    do(call_next, 1)
    do(serve, 1)
    do(finish, 1)
    _rate(ctx, fresh_id)
    do(bring_back, 2)
    do(cancel, last.ticket.id)
    row = PressRow(request_id=fresh_id(), press="call", button="b", age_ms=10, counter=1)
    handle_press(ctx, row, actor="agent:main")
    clock.pass_s(2 * 86400)
    take()
    return first


def _rate(ctx, fresh_id):
    request = fresh_id()
    asked = Asked(1, Level.DISSATISFIED, Via.PAGE, request)
    ticket = rate(ctx, asked, actor="panel:1").ticket_id
    give_reasons(
        ctx,
        request,
        (Reason.OTHER,),
        via=Via.PAGE,
        owner=1,
        request_id=fresh_id(),
        actor="panel:1",
    )
    panel.snapshot(ctx, 1)
    with ctx.db.read() as conn:
        panel.armed_for(conn, ticket, ctx.clock.now())
        panel.is_rated(conn, ticket)
        panel.lights(ctx, conn, "panels", 0)
        ratings.tallies(conn, ctx.clock.now().date())
