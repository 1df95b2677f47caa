"""The database's schema."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from services.db import database, migrate
from services.db.tables.metadata import METADATA

OURS = {table.name for table in METADATA.sorted_tables}


def _ours(_object: object, name: str | None, kind: str, _reflected: object, _other: object) -> bool:
    return kind != "table" or name in OURS


def test_migrations_make_what_the_tables_say(database_url: str) -> None:
    engine = database.connect(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _ours})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_running_them_again_changes_nothing(database_url: str) -> None:
    engine = database.connect(database_url)
    before, after = migrate.upgrade(engine)
    assert before == after
    assert not migrate.pending(engine)
    engine.dispose()


def test_every_revision_can_be_taken_back(database_url: str) -> None:
    engine = database.connect(database_url)
    with database.begin(engine) as db:
        command.downgrade(migrate.config(db), "base")
        assert not OURS & set(inspect(db).get_table_names())
    assert migrate.pending(engine)
    migrate.upgrade(engine)
    assert not migrate.pending(engine)
    engine.dispose()
