"""Who checked a patient in, and what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("ready_at", sa.DateTime(timezone=True)))
    op.add_column("visit", sa.Column("ready_by", sa.LargeBinary()))
    op.add_column("visit", sa.Column("checked_in", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("visit", "checked_in")
    op.drop_column("visit", "ready_by")
    op.drop_column("visit", "ready_at")
