"""rare events"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rare = sa.text("type IN ('office.configured', 'clock.went_back')")
    op.create_index(
        "ix_events_rare", "events", ["type", "seq"], sqlite_where=rare, postgresql_where=rare
    )
