"""People who come through a patient portal are found again by who the EHR says they are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participant", sa.Column("proxy_hash", sa.String()))
    op.create_index("ix_participant_visit_id_proxy_hash", "participant", ["visit_id", "proxy_hash"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_participant_visit_id_proxy_hash", "participant")
    op.drop_column("participant", "proxy_hash")
