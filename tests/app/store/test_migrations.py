"""The migrations make exactly the tables of the models, and take them away again."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app.models import Base
from app.store.database import Database
from app.store.migrate import alembic_config, migrate


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


def test_an_empty_file_is_migrated_whole(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/deep/new.db")

    migrate(database)

    with database.read() as tx:
        assert "visit" in inspect(tx.connection()).get_table_names()
    database.dispose()
