"""changes of a printer's roll are found by the index of rare events"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rare = sa.text("type IN ('office.configured', 'clock.went_back', 'printer.roll_changed')")
    op.drop_index("ix_events_rare", "events")
    op.create_index(
        "ix_events_rare", "events", ["type", "seq"], sqlite_where=rare, postgresql_where=rare
    )
