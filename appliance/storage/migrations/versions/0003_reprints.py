"""reprints"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "print_jobs",
        sa.Column("reprint", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("print_jobs", sa.Column("superseded_seq", sa.Integer(), nullable=True))
    live = sa.text("state != 'superseded'")
    op.create_index(
        "uq_print_jobs_live_ticket",
        "print_jobs",
        ["ticket_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    gone = sa.text("state = 'superseded'")
    op.create_index(
        "ix_print_jobs_superseded",
        "print_jobs",
        ["printer", "superseded_seq"],
        sqlite_where=gone,
        postgresql_where=gone,
    )
