"""ratings"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("devices") as batch_op:
        batch_op.drop_constraint(op.f("ck_devices_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_devices_kind"), "kind IN ('agent', 'kiosk', 'board', 'panel')"
        )
    op.create_table(
        "panel_turns",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.CheckConstraint("kind IN ('finished', 'called')", name=op.f("ck_panel_turns_kind")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_panel_turns_ticket_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_panel_turns")),
    )
    op.create_index("ix_panel_turns_counter_seq", "panel_turns", ["counter", "seq"])
    op.create_index("ix_panel_turns_ticket_id", "panel_turns", ["ticket_id"])
    op.create_table(
        "rating_presses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("scale", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("pressed_at", sa.String(length=27), nullable=True),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("via", sa.String(length=5), nullable=False),
        sa.Column("right_panel", sa.Boolean(name="right_panel"), nullable=False),
        sa.Column("at_work", sa.Boolean(name="at_work"), nullable=False),
        sa.Column("finished_at", sa.String(length=27), nullable=True),
        sa.Column("next_called_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("via IN ('pin', 'page', 'phone')", name=op.f("ck_rating_presses_via")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_rating_presses_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_presses")),
        sa.UniqueConstraint("request_id", name=op.f("uq_rating_presses_request_id")),
    )
    op.create_index("ix_rating_presses_ticket_id", "rating_presses", ["ticket_id"])
    op.create_index("ix_rating_presses_counter_seq", "rating_presses", ["counter", "seq"])
    op.create_index("ix_rating_presses_day_counter", "rating_presses", ["day", "counter"])
    op.create_table(
        "rating_reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("press_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("given_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["press_id"], ["rating_presses.id"], name=op.f("fk_rating_reasons_press_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_reasons")),
        sa.UniqueConstraint("press_id", name=op.f("uq_rating_reasons_press_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_rating_reasons_request_id")),
    )
    _turns_of_the_past(op.get_bind())


def _turns_of_the_past(conn: sa.Connection) -> None:
    """Fill `panel_turns` from the log: tickets were called and finished before panels existed."""
    rows = conn.execute(
        sa.text(
            "SELECT seq, at, type, payload FROM events WHERE type = 'ticket.called'"
            " OR (type = 'ticket.finished' AND actor <> 'system') ORDER BY seq"
        )
    )
    turns = []
    for row in rows:
        payload = json.loads(row.payload)
        turns.append(
            {
                "seq": row.seq,
                "counter": payload["counter"],
                "kind": row.type.removeprefix("ticket."),
                "ticket_id": payload["ticket"]["id"],
                "at": row.at,
            }
        )
    if turns:
        conn.execute(
            sa.text(
                "INSERT INTO panel_turns (seq, counter, kind, ticket_id, at)"
                " VALUES (:seq, :counter, :kind, :ticket_id, :at)"
            ),
            turns,
        )
