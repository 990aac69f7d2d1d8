"""Whether the chart says that a visit's patient needs an interpreter."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("interpreter_needed", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("visit") as visit:
        visit.drop_column("interpreter_needed")
