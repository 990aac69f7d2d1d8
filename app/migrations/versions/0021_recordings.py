"""Recordings: who agreed, what was told of them, and our own copies."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("recording", sa.String()))
    op.create_table(
        "recording_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String()),
        sa.Column("staff_id", sa.String()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_recording_consent_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recording_consent"),
    )
    op.create_index("ix_recording_consent_visit_id", "recording_consent", ["visit_id"])
    op.create_table(
        "recording",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("handling", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_recording_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.UniqueConstraint("meeting_id", "instance", name="uq_recording_meeting_id_instance"),
    )
    op.create_table(
        "recording_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("vendor_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("size_told", sa.BigInteger()),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("ticket", sa.LargeBinary()),
        sa.Column("name", sa.String()),
        sa.Column("key", sa.LargeBinary()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.String()),
        sa.Column("stored_at", sa.DateTime(timezone=True)),
        sa.Column("shred_at", sa.DateTime(timezone=True)),
        sa.Column("shredded_at", sa.DateTime(timezone=True)),
        sa.Column("shredded_by", sa.String()),
        sa.Column("reason", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_recording_file_recording_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recording_file"),
        sa.UniqueConstraint(
            "recording_id", "vendor_id", name="uq_recording_file_recording_id_vendor_id"
        ),
    )
    op.create_index("ix_recording_file_shred_at", "recording_file", ["shred_at"])


def downgrade() -> None:
    op.drop_table("recording_file")
    op.drop_table("recording")
    op.drop_table("recording_consent")
    op.drop_column("meeting", "recording")
