"""What happens at every press must not become slower with the years: no table is read whole."""

from sqlalchemy import event

from appliance.usecases import queries, snapshots
from appliance.usecases.absent import absent
from appliance.usecases.bring_back import bring_back
from appliance.usecases.call_next import call_next
from appliance.usecases.cancel import cancel
from appliance.usecases.finish import finish
from appliance.usecases.issue import issue
from appliance.usecases.recall import recall
from appliance.usecases.serve import serve

GROWING = {"tickets", "events", "print_jobs", "panel_turns", "rating_presses", "rating_reasons"}
# What is open now, and nothing else, is in this index.
OPEN_NOW = "SCAN tickets USING INDEX uq_tickets_open_counter"


def test_no_statement_of_a_day_reads_all_tickets_or_events(ctx, fresh_id, clock):
    seen = {}

    @event.listens_for(ctx.db.engine, "before_cursor_execute")
    def note(_conn, _cursor, statement, values, _context, _many):
        if statement.startswith(("SELECT", "UPDATE")):
            seen[statement] = values

    def take(service="ho-tich"):
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

    taken = [take() for _ in range(6)]
    for verb in (call_next, recall, absent, call_next, serve, finish, call_next, call_next):
        do(verb, 1)
    do(bring_back, taken[0].ticket.id)
    do(cancel, taken[5].ticket.id)
    clock.pass_s(2 * 86400)
    token = take().token
    queries.queue(ctx)
    queries.ticket_by_token(ctx, token)
    for look, name in (
        (snapshots.kiosk, "kiosk-1"),
        (snapshots.board, "main"),
        (snapshots.console, 1),
    ):
        look(ctx, name)
    event.remove(ctx.db.engine, "before_cursor_execute", note)
    assert len(seen) > 25
    with ctx.db.read() as conn:
        for statement, values in seen.items():
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            scans = {row[3] for row in plan if row[3].startswith("SCAN")} - {OPEN_NOW}
            assert not GROWING & {scan.split()[1] for scan in scans}, statement
