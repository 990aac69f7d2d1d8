"""Whose permission writes to a chart use: our back end's tokens, and a person's of sessions that are over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEALED = sa.LargeBinary()
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "backend_token",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("iss", sa.String(), nullable=False),
        sa.Column("access_token", SEALED, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_backend_token")),
    )
    op.add_column("token_set", sa.Column("refused_at", INSTANT, nullable=True))
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_column("token_set", "refused_at")
    op.drop_table("backend_token")
