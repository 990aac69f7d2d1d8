"""The migrations make exactly the tables of the models, and take them away again."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from app.models import Base, Staff
from app.models.staff import StaffRole
from app.signin.roles import Grant
from app.signin.roles import StaffRole as RoleName
from app.store.database import Database
from app.store.migrate import DatabaseUnfit, alembic_config, is_behind, migrate
from app.store.staff import Identity, meet_staff

A_PERSON = (
    "INSERT INTO staff (id, site, issuer, subject, fhir_user, name, active, created_at)"
    " VALUES (:id, :site, :issuer, :subject, 'Practitioner/7', :name, true, '2026-11-01 12:00:00+00:00')"
)
A_ROLE = "INSERT INTO staff_role (staff_id, role, site, department) VALUES (:id, 'provider', :site, '')"
BEFORE_STAFF_OF_EACH_EHR = "0002"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PEOPLE = select(Staff.id, Staff.site, Staff.fhir_user).order_by(Staff.id)


def test_the_migrated_tables_are_those_of_the_models(database):
    with database.write() as tx:
        context = MigrationContext.configure(tx.connection(), opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database):
    migrate(database)

    with database.read() as tx:
        assert set(Base.metadata.tables) <= set(inspect(tx.connection()).get_table_names())


def test_the_way_back_leaves_no_table_behind(database):
    with database.write() as tx:
        command.downgrade(alembic_config(tx.connection()), "base")
    with database.read() as tx:
        left = set(inspect(tx.connection()).get_table_names())
    migrate(database)

    assert left == {"alembic_version"}


def test_a_database_is_behind_until_it_is_migrated(database):
    with database.read() as tx:
        assert not is_behind(tx.connection())
    with database.write() as tx:
        command.downgrade(alembic_config(tx.connection()), "-1")
    with database.read() as tx:
        behind = is_behind(tx.connection())
    migrate(database)

    assert behind


def test_a_later_version_s_database_serves_but_is_not_migrated(database):
    with database.write() as tx:
        ours = tx.scalar(text("SELECT version_num FROM alembic_version"))
        tx.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    try:
        with database.read() as tx:
            assert not is_behind(tx.connection())
        with pytest.raises(DatabaseUnfit, match="later version"):
            migrate(database)
    finally:
        with database.write() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :ours"), {"ours": ours})


def test_an_empty_file_is_migrated_whole(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/deep/new.db")

    migrate(database)

    with database.read() as tx:
        assert "visit" in inspect(tx.connection()).get_table_names()
    database.dispose()


def test_people_keep_their_roles_when_they_come_to_be_known_at_each_ehr_for_itself(database):
    with database.write() as tx:
        command.downgrade(alembic_config(tx.connection()), BEFORE_STAFF_OF_EACH_EHR)
        for who, issuer, last_site, role_site in (
            ("at-both", "idp", "river", "harbor"),
            ("at-one", "idp", "river", "river"),
            ("local", "local", None, ""),
        ):
            row = {"id": who, "site": last_site, "issuer": issuer, "subject": who, "name": b"sealed"}
            tx.execute(text(A_PERSON), row)
            tx.execute(text(A_ROLE), {"id": who, "site": role_site})

    migrate(database)

    with database.read() as tx:
        roles = dict(tx.execute(select(StaffRole.staff_id, StaffRole.site)).all())
        people = tx.execute(PEOPLE).all()
    assert roles == {"at-both": "harbor", "at-one": "river", "local": ""}
    assert people == [
        ("at-both", "harbor", None),  # the other EHR's id must not be read as this one's
        ("at-one", "river", "Practitioner/7"),
        ("local", "", None),
    ]


def test_a_person_of_two_ehrs_survives_the_way_back(database):
    with database.write() as tx:
        for staff_id, site in (("one", "harbor"), ("two", "river")):
            who = Identity("idp", "user-7", site)
            meet_staff(tx, who, "Amara Osei", [Grant(RoleName.PROVIDER, site)], staff_id, NOW)
    with database.write() as tx:
        command.downgrade(alembic_config(tx.connection()), BEFORE_STAFF_OF_EACH_EHR)
        people = tx.execute(text("SELECT id, subject FROM staff ORDER BY id")).all()
    migrate(database)

    assert people == [("one", "user-7"), ("two", "user-7 at river")]
    with database.read() as tx:
        assert tx.execute(PEOPLE).all() == [("one", "harbor", None), ("two", "river", None)]
