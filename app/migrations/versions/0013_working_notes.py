"""Notes are kept while they are written."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "working_note",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_working_note_visit_id_visit")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_working_note_staff_id_staff")),
        sa.PrimaryKeyConstraint("visit_id", "staff_id", name=op.f("pk_working_note")),
    )
    op.create_index(op.f("ix_working_note_saved_at"), "working_note", ["saved_at"])


def downgrade() -> None:
    op.drop_table("working_note")
