"""When meetings are looked at, what that may cost, and what the video vendor does not offer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meeting_watch",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("late_since", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_watch_meeting_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_watch")),
    )
    op.create_index(op.f("ix_meeting_watch_next_at"), "meeting_watch", ["next_at"])
    op.create_table(
        "run_check",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_run_check_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "uuid", name=op.f("pk_run_check")),
    )
    op.create_index(op.f("ix_run_check_due_at"), "run_check", ["due_at"])
    op.create_table(
        "polling_spent",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "day", name=op.f("pk_polling_spent")),
    )
    op.create_table(
        "not_offered",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("vendor", "what", name=op.f("pk_not_offered")),
    )
    op.create_table(
        "host_check",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("host_key", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("vendor", "host_key", name=op.f("pk_host_check")),
    )


def downgrade() -> None:
    for table in ("host_check", "not_offered", "polling_spent", "run_check", "meeting_watch"):
        op.drop_table(table)
