"""business days in the order of their opening"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_business_days_opened_seq", "business_days", ["opened_seq"])
