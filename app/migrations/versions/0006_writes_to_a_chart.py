"""What a write to a chart needs beside the promise, notes, and ways that an EHR does not have."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()


def new_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("rung", sa.String(), nullable=True),
        sa.Column("refused", sa.String(), nullable=False, server_default=""),
        sa.Column("looks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("look_at", INSTANT, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", SEALED, nullable=True),
    )


def upgrade() -> None:
    for column in new_columns():
        op.add_column("outbox", column)
    op.create_index("ix_outbox_look_at", "outbox", ["look_at"])
    op.create_table(
        "visit_note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("text", SEALED, nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("start", INSTANT, nullable=False),
        sa.Column("end", INSTANT, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_note_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_note")),
    )
    op.create_index(op.f("ix_visit_note_visit_id"), "visit_note", ["visit_id"])
    op.create_table(
        "rung_refusal",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "rung", name=op.f("pk_rung_refusal")),
    )


def downgrade() -> None:
    # The version before knows no handler for these.
    op.execute("DELETE FROM outbox WHERE kind LIKE 'chart_%'")
    op.drop_table("rung_refusal")
    op.drop_index(op.f("ix_visit_note_visit_id"), "visit_note")
    op.drop_table("visit_note")
    op.drop_index("ix_outbox_look_at", "outbox")
    for column in reversed(new_columns()):
        op.drop_column("outbox", column.name)
