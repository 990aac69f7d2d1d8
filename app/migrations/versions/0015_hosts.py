"""A directory of those who host, and of the practitioners of each EHR."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "video_user",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String()),
        sa.Column("number", sa.String()),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vendor", "user_id", name=op.f("pk_video_user")),
    )
    op.create_index(op.f("ix_video_user_email"), "video_user", ["email"])
    op.create_index(op.f("ix_video_user_due"), "video_user", ["due"])
    op.create_table(
        "practitioner_host",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("npi", sa.String()),
        sa.Column("emails", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_key", sa.String()),
        sa.Column("cover_key", sa.String()),
        sa.PrimaryKeyConstraint("site", "practitioner_id", name=op.f("pk_practitioner_host")),
    )
    op.create_table(
        "directory_reading",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("error_code", sa.String()),
        sa.PrimaryKeyConstraint("vendor", name=op.f("pk_directory_reading")),
    )
    op.add_column("meeting", sa.Column("cover_id", sa.String()))
    # A host's future visits are looked for whenever the account tells of them.
    op.create_index("ix_visit_host_key_start", "visit", ["host_key", "start"])


def downgrade() -> None:
    op.drop_index("ix_visit_host_key_start", "visit")
    op.drop_column("meeting", "cover_id")
    op.drop_table("directory_reading")
    op.drop_table("practitioner_host")
    op.drop_table("video_user")
