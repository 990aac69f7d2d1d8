"""What was exchanged while somebody launched."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "launch_trace",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("site", sa.String()),
        sa.Column("state_hash", sa.String()),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("reference", sa.String()),
        sa.Column("story", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_trace")),
    )
    op.create_index(op.f("ix_launch_trace_at"), "launch_trace", ["at"])
    op.create_index(op.f("ix_launch_trace_reference"), "launch_trace", ["reference"])
    op.create_index(op.f("ix_launch_trace_state_hash"), "launch_trace", ["state_hash"])
    op.create_index("ix_launch_trace_site_outcome_at", "launch_trace", ["site", "outcome", "at"])


def downgrade() -> None:
    op.drop_table("launch_trace")
