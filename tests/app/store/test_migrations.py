"""The migrations make exactly the tables of the models, and take them away again."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.models import Base
from app.store.database import Database
from app.store.migrate import DatabaseUnfit, alembic_config, is_behind, migrate


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
