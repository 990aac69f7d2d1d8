"""Staff invite people to a visit, and take a link back."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participant", sa.Column("invited_at", sa.DateTime(timezone=True)))
    op.add_column("participant", sa.Column("invitation", sa.String()))
    op.create_index("ix_participant_visit_id_invitation", "participant", ["visit_id", "invitation"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_participant_visit_id_invitation", "participant")
    op.drop_column("participant", "invitation")
    op.drop_column("participant", "invited_at")
