"""What tests stand on: a real PostgreSQL with every migration, a context with the real adapters, and people of every role."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings as examples
from sqlalchemy import create_engine, insert, text

from core.access.roles import Role, User
from services.bootstrap import open_context
from services.context import Context
from services.db import database, embedded, migrate
from services.db.tables.access import organisations, users
from services.settings import Settings
from services.warehouse.remembered import Remembered
from services.warehouse.warehouse import WORDED as WORDED_AT_MOST
from tests.emptied import Databases, renamed

for name in [name for name in os.environ if name.startswith(("AWS_", "PIONEER_"))]:
    del os.environ[name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
# AWS's own descriptions of its services are read once a process, not once a session of boto3
JSONFileLoader.load_file = staticmethod(cache(JSONFileLoader().load_file))
# the suite stays under six minutes on two cores; campaigns look for longer
examples.register_profile("suite", max_examples=30)
examples.load_profile("suite")

WORDED: Remembered[str] = Remembered(WORDED_AT_MOST)
"""Questions in SQL: put into words once a process, as in the product, which has one warehouse where tests make one each."""
SERVER = Path(tempfile.gettempdir()) / f"pioneer-tests-{os.getuid()}"
"""One PostgreSQL for all test processes; it stops with the last of them."""


@pytest.fixture(scope="session")
def template(worker_id: str) -> Iterator[tuple[str, str]]:
    """The server's URL, and the name of a migrated database to copy from."""
    url = embedded.url(SERVER)
    name = f"template_{worker_id}_{uuid4().hex[:8]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(text(f"alter system set {setting} = off"))  # nothing here outlives the tests
        connection.execute(text("select pg_reload_conf()"))
        connection.execute(text(f"create database {name}"))
    engine = database.connect(renamed(url, name))
    migrate.upgrade(engine)
    engine.dispose()
    yield url, name
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture(scope="session")
def worker_id() -> str:
    """Which of the parallel test processes this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def databases(template: tuple[str, str]) -> Iterator[Databases]:
    """This process's databases, used again and again."""
    made = Databases(*template)
    yield made
    made.end()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test alone, with nothing in it."""
    name = databases.take()
    yield renamed(databases.url, name)
    databases.give_back(name)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A short path, so that sockets below it fit."""
    path = Path(tempfile.mkdtemp(prefix="pt-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def settings(database_url: str, data_dir: Path) -> Settings:
    """Settings of a small real installation, with cheap password hashes."""
    return Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        PIONEER_DATA=data_dir,
        BCRYPT_COST=4,
        SECRET_KEY="k" * 16 + "0123456789abcdef" * 2,
    )


@pytest.fixture
def ctx(settings: Settings) -> Iterator[Context]:
    """A context on a fresh database with the real adapters; enter `moto.mock_aws` before calling AWS."""
    context = open_context(settings)
    context.warehouse._worded = WORDED
    yield context
    context.warehouse.close()
    context.engine.dispose()


@pytest.fixture
def organisation_id(ctx: Context) -> UUID:
    """An organisation in the database."""
    identity = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=identity, name="Acme", created_at=datetime.now(UTC)))
    return identity


@pytest.fixture
def person(ctx: Context, organisation_id: UUID) -> Callable[..., User]:
    """Makes an active user with the given roles, in the database."""

    def make(*roles: Role, accounts: frozenset[str] | None = None, organisation: UUID | None = None) -> User:
        user = User(
            uuid4(),
            organisation or organisation_id,
            f"{uuid4().hex[:8]}@example.com",
            "Test Person",
            frozenset(roles),
            accounts,
        )
        with ctx.begin() as db:
            db.execute(
                insert(users).values(
                    id=user.id,
                    organisation_id=user.organisation_id,
                    email=user.email,
                    name=user.name,
                    roles=sorted(user.roles),
                    accounts=None if accounts is None else sorted(accounts),
                    status="active",
                    created_at=datetime.now(UTC),
                )
            )
        return user

    return make


@pytest.fixture
def admin(person: Callable[..., User]) -> User:
    """Somebody who may do everything."""
    return person(Role.ADMIN)


@pytest.fixture
def operator(person: Callable[..., User]) -> User:
    """Somebody who may act on resources."""
    return person(Role.OPERATOR)


@pytest.fixture
def viewer(person: Callable[..., User]) -> User:
    """Somebody who may only look."""
    return person(Role.VIEWER)


@pytest.fixture
def finance(person: Callable[..., User]) -> User:
    """Somebody who reviews cost."""
    return person(Role.FINANCE)


def pytest_collection_finish() -> None:
    """Leave every module that is there by now out of garbage collections: looking through them is a tenth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each rule found of what is planted in the demo company, as a table."""
    told = sorted(
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, value in getattr(report, "user_properties", ())
        if name == "rule" and report.when == "call"
    )
    if told:
        terminalreporter.write_sep("=", "what the rules found of what is planted")
        terminalreporter.write_line(f"{'rule':32}{'planted':>8}{'found':>8}{'false':>8}")
        for rule, planted, found, wrong in told:
            terminalreporter.write_line(f"{rule:32}{planted:>8}{found:>8}{wrong:>8}")
