"""counter screens"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("devices") as batch_op:
        batch_op.drop_constraint(op.f("ck_devices_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_devices_kind"), "kind IN ('agent', 'kiosk', 'board', 'counter', 'panel')"
        )
