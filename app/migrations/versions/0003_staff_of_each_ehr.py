"""A person of the clinic is known at each EHR for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEALED = sa.LargeBinary()
INSTANT = sa.DateTime(timezone=True)
# Of those who launched at two EHRs the row named the last, and its roles were for the first. An id that the
# other EHR gave them goes: ids are unique only within an EHR, and the next launch brings the right one.
FIRST_SITE = (
    "CASE WHEN issuer = 'local' THEN '' ELSE coalesce("
    "(SELECT min(r.site) FROM staff_role r WHERE r.staff_id = staff.id AND r.site <> ''), site, '') END"
)
OWN_SITE = (
    f"UPDATE staff SET fhir_user = CASE WHEN site = {FIRST_SITE} THEN fhir_user END, site = {FIRST_SITE}"  # noqa: S608  # our own words
)
# The version before knows one row for each issuer and subject: it keeps the oldest.
ONE_ROW = (
    "UPDATE staff SET subject = subject || ' at ' || site WHERE EXISTS (SELECT 1 FROM staff o"
    " WHERE o.issuer = staff.issuer AND o.subject = staff.subject"
    " AND (o.created_at < staff.created_at OR (o.created_at = staff.created_at AND o.id < staff.id)))"
)


def upgrade() -> None:
    op.execute(OWN_SITE)
    _make_anew(("issuer", "subject", "site"), before=("issuer", "subject"), site_may_be_null=False)


def downgrade() -> None:
    op.execute(ONE_ROW)
    _make_anew(("issuer", "subject"), before=("issuer", "subject", "site"), site_may_be_null=True)
    op.execute("UPDATE staff SET site = NULL WHERE site = ''")


def _make_anew(key: tuple[str, ...], before: tuple[str, ...], site_may_be_null: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(_name(before), "staff")
        op.alter_column("staff", "site", nullable=site_may_be_null)
        op.create_unique_constraint(_name(key), "staff", key)
        return
    # SQLite drops no constraint, and a table to which others refer may be away only until the commit; a
    # renamed one would be missed for ever. https://www.sqlite.org/foreignkeys.html#fk_deferred
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE staff_before AS SELECT * FROM staff")
    op.drop_table("staff")
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=site_may_be_null),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("fhir_user", sa.String(), nullable=True),
        sa.Column("name", SEALED, nullable=False),
        sa.Column("email", SEALED, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint(*key, name=op.f(_name(key))),
    )
    op.execute(
        "INSERT INTO staff (id, site, issuer, subject, fhir_user, name, email, active, created_at)"
        " SELECT id, site, issuer, subject, fhir_user, name, email, active, created_at FROM staff_before"
    )
    op.drop_table("staff_before")


def _name(key: tuple[str, ...]) -> str:
    return f"uq_staff_{'_'.join(key)}"
