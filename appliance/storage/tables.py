"""The tables. Constraints are named, so that a migration can find them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from appliance.domain.paper import PaperState
from appliance.domain.rating import Via
from appliance.domain.ticket import TicketState
from appliance.storage.types import Day, Moment

# The newest migration: of a file with another one nothing is read or written.
SHAPE = "0009"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: list[str]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("lineage", String(36), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("type", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("request_id", String(64)),
    Column("actor", String(80), nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("request_id"),
)

# Types that are looked for by name although years may lie between two of them.
RARE_EVENTS = ("office.configured", "clock.went_back", "printer.roll_changed")
# In these very words, with nothing bound: only so SQLite knows that the partial index applies.
IS_RARE = text(_one_of("events.type", list(RARE_EVENTS)))
_RARE_TYPE = text(_one_of("type", list(RARE_EVENTS)))
Index(
    "ix_events_rare",
    events.c.type,
    events.c.seq,
    sqlite_where=_RARE_TYPE,
    postgresql_where=_RARE_TYPE,
)

business_days = Table(
    "business_days",
    metadata,
    Column("day", Day, primary_key=True),
    Column("opened_at", Moment, nullable=False),
    Column("opened_seq", Integer, nullable=False),
)
Index("ix_business_days_opened_seq", business_days.c.opened_seq)

series_heads = Table(
    "series_heads",
    metadata,
    Column("day", Day, ForeignKey("business_days.day"), primary_key=True),
    Column("series", String(3), primary_key=True),
    Column("number", Integer, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(32), nullable=False),
    Column("day", Day, ForeignKey("business_days.day"), nullable=False),
    Column("series", String(3), nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", String(8), nullable=False),
    Column("service", String(32), nullable=False),
    Column("priority", Boolean(name="priority"), nullable=False),
    Column("state", String(9), nullable=False),
    Column("counter", Integer),
    Column("position", Integer, nullable=False),
    Column("moved_seq", Integer, nullable=False),
    Column("ahead", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("called_seq", Integer),
    Column("origin", String(80), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("called_at", Moment),
    Column("serving_at", Moment),
    Column("ended_at", Moment),
    UniqueConstraint("day", "series", "number"),
    UniqueConstraint("request_id"),
    UniqueConstraint("token"),
    CheckConstraint(_one_of("state", [s.value for s in TicketState]), name="state"),
    CheckConstraint(
        "state NOT IN ('called', 'serving') OR counter IS NOT NULL", name="open_has_counter"
    ),
)
Index("ix_tickets_queue", tickets.c.day, tickets.c.state, tickets.c.service, tickets.c.position)
# A counter has at most one open ticket, whatever the code above does.
Index(
    "uq_tickets_open_counter",
    tickets.c.counter,
    unique=True,
    sqlite_where=text("state IN ('called', 'serving')"),
    postgresql_where=text("state IN ('called', 'serving')"),
)

print_jobs = Table(
    "print_jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("printer", String(32), nullable=False),
    Column("state", String(11), nullable=False),
    Column("rev", Integer, nullable=False),
    Column("reason", String(80), nullable=False),
    Column("queued_seq", Integer, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("queued_mono_ms", BigInteger, nullable=False),
    Column("boot_id", String(36), nullable=False),
    Column("reprint", Boolean(), nullable=False, server_default=false()),
    Column("superseded_seq", Integer),
    CheckConstraint(_one_of("state", [s.value for s in PaperState]), name="state"),
)
Index("ix_print_jobs_ticket_id", print_jobs.c.ticket_id)
# A ticket has at most one slip that counts, whatever the code above does.
Index(
    "uq_print_jobs_live_ticket",
    print_jobs.c.ticket_id,
    unique=True,
    sqlite_where=text("state != 'superseded'"),
    postgresql_where=text("state != 'superseded'"),
)
Index(
    "ix_print_jobs_superseded",
    print_jobs.c.printer,
    print_jobs.c.superseded_seq,
    sqlite_where=text("state = 'superseded'"),
    postgresql_where=text("state = 'superseded'"),
)
Index(
    "ix_print_jobs_queued",
    print_jobs.c.printer,
    print_jobs.c.id,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)

# What opens and closes a panel's window: a ticket finished by the counter, and each call there.
panel_turns = Table(
    "panel_turns",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("counter", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint(_one_of("kind", ["finished", "called"]), name="kind"),
)
Index("ix_panel_turns_counter_seq", panel_turns.c.counter, panel_turns.c.seq)
Index("ix_panel_turns_ticket_id", panel_turns.c.ticket_id)

# Appended to, never changed: whether a press counts is computed, see `domain.rating`.
rating_presses = Table(
    "rating_presses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("counter", Integer, nullable=False),
    Column("level", String(20), nullable=False),
    Column("scale", String(20), nullable=False),
    Column("day", Day, nullable=False),
    Column("pressed_at", Moment),
    Column("received_at", Moment, nullable=False),
    Column("via", String(5), nullable=False),
    Column("right_panel", Boolean(name="right_panel"), nullable=False),
    Column("at_work", Boolean(name="at_work"), nullable=False),
    Column("finished_at", Moment),
    Column("next_called_at", Moment),
    UniqueConstraint("request_id"),
    CheckConstraint(_one_of("via", [v.value for v in Via]), name="via"),
)
Index("ix_rating_presses_ticket_id", rating_presses.c.ticket_id)
Index("ix_rating_presses_counter_seq", rating_presses.c.counter, rating_presses.c.seq)
Index("ix_rating_presses_day_counter", rating_presses.c.day, rating_presses.c.counter)

rating_reasons = Table(
    "rating_reasons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("press_id", Integer, ForeignKey("rating_presses.id"), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("given_at", Moment, nullable=False),
    UniqueConstraint("request_id"),
    UniqueConstraint("press_id"),
)

device_states = Table(
    "device_states",
    metadata,
    Column("device", String(40), primary_key=True),
    Column("device_kind", String(12), nullable=False),
    Column("state", String(8), nullable=False),
    Column("causes", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(32), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("paired_at", Moment, nullable=False),
    Column("paired_by", String(80), nullable=False),
    Column("revoked_at", Moment),
    UniqueConstraint("token_hash"),
    CheckConstraint(_one_of("kind", ["agent", "kiosk", "board", "counter", "panel"]), name="kind"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(40), nullable=False),
    Column("role", String(13), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("disabled", Boolean(name="disabled"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("username"),
    CheckConstraint(
        _one_of("role", ["clerk", "supervisor", "technician", "administrator"]), name="role"
    ),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("beats", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
