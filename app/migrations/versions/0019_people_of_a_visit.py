"""Staff invite people to a visit, say how long it takes, put somebody back and hand over."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participant", sa.Column("invited_at", sa.DateTime(timezone=True)))
    op.add_column("participant", sa.Column("invitation", sa.String()))
    op.add_column("participant", sa.Column("put_back_at", sa.DateTime(timezone=True)))
    op.add_column("visit", sa.Column("late_minutes", sa.Integer()))
    op.add_column("visit", sa.Column("wait_text", sa.LargeBinary()))
    op.add_column("visit", sa.Column("wait_said_at", sa.DateTime(timezone=True)))
    op.add_column("visit", sa.Column("handed_from_id", sa.String()))
    op.add_column("visit", sa.Column("handed_from_name", sa.String()))
    op.add_column("visit", sa.Column("handed_at", sa.DateTime(timezone=True)))
    op.add_column("meeting", sa.Column("dial_in", sa.LargeBinary()))
    op.create_index("ix_participant_visit_id_invitation", "participant", ["visit_id", "invitation"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_participant_visit_id_invitation", "participant")
    op.drop_column("meeting", "dial_in")
    op.drop_column("visit", "handed_at")
    op.drop_column("visit", "handed_from_name")
    op.drop_column("visit", "handed_from_id")
    op.drop_column("visit", "wait_said_at")
    op.drop_column("visit", "wait_text")
    op.drop_column("visit", "late_minutes")
    op.drop_column("participant", "put_back_at")
    op.drop_column("participant", "invitation")
    op.drop_column("participant", "invited_at")
