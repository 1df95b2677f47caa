"""The database's schema."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from core.inventory import Kind
from core.ledger import book
from core.ledger.entry import Proof, Realised
from core.recommendations.finding import FindingState
from services.context import Context
from services.db import database, migrate
from services.db.stores import findings, ledger
from services.db.tables.metadata import METADATA
from tests.computing import a_group
from tests.core.recommendations.test_portfolio import a_finding

GROUP = a_group().id
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


def test_what_was_done_to_a_group_becomes_one_entry_of_the_ledger(
    ctx: Context, organisation_id: UUID
) -> None:
    group = a_finding(
        "asg_floor",
        GROUP,
        resource_kind=Kind.AUTOSCALING_GROUP,
        resource_name="web",
        state=FindingState.APPLIED,
    )
    others = a_finding(), group
    at = datetime(2026, 11, 1, tzinfo=UTC)
    made = [
        replace(book.of_finding(each, "Done", at, "somebody")[0], id=uuid4(), resource_id=name, promised=usd)
        for each, name, usd in ((others[0], "i-1", 5), (group, "i-1", 7), (group, "i-2", 9))
    ]
    with ctx.begin() as db:
        findings.write(db, organisation_id, others)
        command.downgrade(migrate.config(db), "0026")
        ledger.add(db, organisation_id, made)
        ledger.keep(db, organisation_id, dict.fromkeys(made, Realised(Proof.WAITING, "")), at.date(), at)
        command.upgrade(migrate.config(db), "head")
        left = ledger.standing(db, organisation_id)
    told = {(each.entry.resource_id, each.entry.promised, each.result is None) for each in left}
    assert told == {("i-1", 5, False), (GROUP, 16, True)}
