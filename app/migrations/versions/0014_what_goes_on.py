"""What goes on is found among all of the past."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UNCLOSED = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.drop_index("ix_visit_state", "visit")
    op.create_index(
        "ix_visit_unclosed", "visit", ["start"], sqlite_where=UNCLOSED, postgresql_where=UNCLOSED
    )
    op.drop_index("ix_meeting_state", "meeting")
    op.create_index("ix_meeting_state_created_at", "meeting", ["state", "created_at"])
    op.create_index("ix_meeting_instance_started_at", "meeting_instance", ["started_at"])
    op.create_index("ix_guest_pass_meeting_id", "guest_pass", ["meeting_id"])


def downgrade() -> None:
    op.drop_index("ix_guest_pass_meeting_id", "guest_pass")
    op.drop_index("ix_meeting_instance_started_at", "meeting_instance")
    op.drop_index("ix_meeting_state_created_at", "meeting")
    op.create_index("ix_meeting_state", "meeting", ["state"])
    op.drop_index("ix_visit_unclosed", "visit")
    op.create_index("ix_visit_state", "visit", ["state"])
