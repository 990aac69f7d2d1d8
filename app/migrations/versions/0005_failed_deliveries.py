"""How often a delivery was tried in vain, and which are set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SET_ASIDE = sa.text("effect = 'failed'")


def upgrade() -> None:
    op.add_column("inbox", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_inbox_failed", "inbox", ["seq"], sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE)


def downgrade() -> None:
    # The version before tries them for ever.
    op.execute("UPDATE inbox SET projected_at = NULL, effect = NULL WHERE effect = 'failed'")
    op.drop_index("ix_inbox_failed", "inbox")
    op.drop_column("inbox", "attempts")
