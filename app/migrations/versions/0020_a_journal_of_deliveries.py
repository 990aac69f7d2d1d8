"""Deliveries are found by what they tell of, and emptied after their time; calls have notes beside facts."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WHOLE = sa.text("shredded_at IS NULL")
TOLD_OF = sa.text("told_room IS NOT NULL")


def upgrade() -> None:
    op.add_column("inbox", sa.Column("event", sa.String()))
    op.add_column("inbox", sa.Column("told_ms", sa.BigInteger()))
    op.add_column("inbox", sa.Column("told_room", sa.String()))
    op.add_column("inbox", sa.Column("request_id", sa.String()))
    op.add_column("inbox", sa.Column("shredded_at", INSTANT))
    op.create_index("ix_inbox_whole", "inbox", ["received_at"], sqlite_where=WHOLE, postgresql_where=WHOLE)
    op.create_index(
        "ix_inbox_told_room", "inbox", ["told_room"], sqlite_where=TOLD_OF, postgresql_where=TOLD_OF
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_told_room", "inbox")
    op.drop_index("ix_inbox_whole", "inbox")
    for column in ("shredded_at", "request_id", "told_room", "told_ms", "event"):
        op.drop_column("inbox", column)
