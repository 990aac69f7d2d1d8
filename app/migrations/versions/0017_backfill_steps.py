"""When a back-fill last came further, so that one that stands still can be told from one that goes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("backfill", sa.Column("stepped_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("backfill", "stepped_at")
