"""Appointments are read without anybody being signed in; links are back-filled."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sync_leg",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("error_code", sa.String()),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "name", name=op.f("pk_sync_leg")),
    )
    op.create_table(
        "sync_purse",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("thousandths", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_sync_purse")),
    )
    op.create_table(
        "sync_seen",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("around_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site", "appointment_id", name=op.f("pk_sync_seen")),
    )
    op.create_index(op.f("ix_sync_seen_read_at"), "sync_seen", ["read_at"])
    op.create_table(
        "backfill",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_backfill")),
    )
    op.create_index("ix_visit_site_start", "visit", ["site", "start"])


def downgrade() -> None:
    op.drop_index("ix_visit_site_start", "visit")
    op.drop_table("backfill")
    op.drop_table("sync_seen")
    op.drop_table("sync_purse")
    op.drop_table("sync_leg")
