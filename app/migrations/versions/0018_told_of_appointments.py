"""EHRs may tell of changed appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ehr_subscription",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String()),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("heard_at", sa.DateTime(timezone=True)),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String()),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_ehr_subscription")),
        sa.UniqueConstraint("key", name=op.f("uq_ehr_subscription_key")),
    )
    op.create_table(
        "sync_hint",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("site", "appointment_id", name=op.f("pk_sync_hint")),
    )
    op.create_index(op.f("ix_sync_hint_told_at"), "sync_hint", ["told_at"])


def downgrade() -> None:
    op.drop_table("sync_hint")
    op.drop_table("ehr_subscription")
