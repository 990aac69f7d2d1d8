"""Deliveries are found by what they tell of, and emptied after their time; calls have notes beside facts."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
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
    op.create_table(
        "call_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("connection", sa.String()),
        sa.Column("person", sa.String()),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("inbox_seq", sa.Integer()),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_call_note_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_note")),
        sa.UniqueConstraint("key", name=op.f("uq_call_note_key")),
    )
    op.create_index(op.f("ix_call_note_meeting_id"), "call_note", ["meeting_id"])
    op.create_table(
        "visit_moment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("presence", sa.String()),
        sa.Column("source", sa.String()),
        sa.Column("staff_id", sa.String()),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_moment_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_moment")),
    )
    op.create_index(op.f("ix_visit_moment_visit_id"), "visit_moment", ["visit_id"])
    op.create_table(
        "listening",
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("browser_hash", "began_at", name=op.f("pk_listening")),
    )
    op.create_index(op.f("ix_listening_until"), "listening", ["until"])


def downgrade() -> None:
    op.drop_table("listening")
    op.drop_table("visit_moment")
    op.drop_table("call_note")
    op.drop_index("ix_inbox_told_room", "inbox")
    op.drop_index("ix_inbox_whole", "inbox")
    for column in ("shredded_at", "request_id", "told_room", "told_ms", "event"):
        op.drop_column("inbox", column)
