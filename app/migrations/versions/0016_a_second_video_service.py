"""A visit may be moved to another video service, whose links may not last as long as their meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("video", sa.String()))
    op.add_column("visit", sa.Column("video_since", sa.DateTime(timezone=True)))
    op.create_table(
        "video_health",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("vendor", name="pk_video_health"),
    )
    op.add_column("guest_pass", sa.Column("good_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_table("video_health")
    op.drop_column("guest_pass", "good_until")
    op.drop_column("visit", "video_since")
    op.drop_column("visit", "video")
