"""A clinic's day at another video service."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "detour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("day_began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("staff_id", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_detour"),
    )
    op.create_index(
        "uq_detour_open", "detour", ["site"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_detour_ends_at", "detour", ["ends_at"])


def downgrade() -> None:
    op.drop_table("detour")
