"""Bring a database to the newest migration, one process at a time."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from core.errors import Invalid
from services.db import database
from services.settings import PROJECT

LOCK = 7205759403792794
"""Advisory lock key of migrations: any number nobody else uses."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration from pyproject.toml, bound to `connection`."""
    made = Config(toml_file=str(PROJECT / "pyproject.toml"))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine) -> tuple[str | None, str | None]:
    """Run what is missing under an advisory lock; answers the revision before and after."""
    with database.begin(engine) as db:
        db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before = MigrationContext.configure(db).get_current_revision()
        command.upgrade(config(db), "head")
        return before, MigrationContext.configure(db).get_current_revision()


def pending(engine: Engine) -> bool:
    """Whether the database is not at the newest migration."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    with database.begin(engine) as db:
        return MigrationContext.configure(db).get_current_revision() != head


def ready(engine: Engine, *, embedded: bool) -> None:
    """See that the database can be used: the embedded one is brought to the newest migration, of another `Invalid` says that it is not there."""
    if embedded:
        upgrade(engine)
    elif pending(engine):
        raise Invalid("The database is not at the newest schema.", mend="Run: ./pioneer migrate")
