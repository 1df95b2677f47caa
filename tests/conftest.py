"""What tests stand on: a real PostgreSQL with every migration, a context with the real adapters, and people of every role."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings as examples
from pyiceberg.catalog.sql import SqlCatalogBaseTable
from sqlalchemy import create_engine, insert, text

from core.access.roles import Role, User
from services.bootstrap import open_context
from services.context import Context
from services.db import database, embedded, migrate
from services.db.tables.access import organisations, users
from services.settings import Settings
from services.usecases import ingest
from services.usecases.live_metrics import recent
from services.warehouse import catalog
from services.warehouse.remembered import Remembered
from services.warehouse.warehouse import WORDED as WORDED_AT_MOST
from tests.bills import Billed, a_bill
from tests.emptied import Databases, Engines, renamed
from tests.once import Once, Worlds

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
ENGINES = Engines()
database.connect = ENGINES.kept(database.connect)
catalog.create_engine = ENGINES.kept(catalog.create_engine, undisposed=True)
ORGANISATION = uuid4()
LONG = (("tests/browser/",), ("tests/campaigns/", "tests/worker/test_kill.py"))
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
    SqlCatalogBaseTable.metadata.create_all(
        engine
    )  # as after the first bill: else each test with one makes and drops them
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
    made = Databases(*template, ENGINES)
    yield made
    made.end()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test alone, with nothing in it."""
    name = databases.take()
    yield renamed(databases.url, name)
    databases.give_back(name)


@pytest.fixture(scope="session")
def own_folder() -> Iterator[Path]:
    """This process's, with a short path, so that sockets below it fit."""
    path = Path(tempfile.mkdtemp(prefix="pt-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def data_dir(own_folder: Path) -> Iterator[Path]:
    """Empty, and in the same place for each test, as what is kept `once` is put back where it was."""
    path = own_folder / "d"
    if path.exists():  # a process of the test before may still write there
        path = Path(tempfile.mkdtemp(dir=own_folder))
    path.mkdir(exist_ok=True)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def worlds(databases: Databases, own_folder: Path) -> Worlds:
    """What this process's tests keep for each other."""
    return Worlds(databases, own_folder / "kept")


@pytest.fixture
def once(worlds: Worlds, ctx: Context, data_dir: Path) -> Once:
    """`once(name, make)`: what `make` answers, with the world that it makes. Others must have been asked for before it, or be made in it."""

    def get(name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever it answers
        recent._asked.clear()  # the same organisation was asked about in other tests
        return worlds.get(name, str(ctx.engine.url.database), data_dir, make)

    return get


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


@pytest.fixture
def organisation_id(ctx: Context, request: pytest.FixtureRequest) -> UUID:
    """An organisation in the database: a new one, or the one that owns what is kept `once`."""
    identity = ORGANISATION if "once" in request.fixturenames else uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=identity, name="Acme", created_at=datetime.now(UTC)))
    return identity


@pytest.fixture
def billed(ctx: Context, organisation_id: UUID, data_dir: Path, once: Once) -> Billed:
    """Takes lines in as the first bill of the organisation; the same lines again in another test are put back as they were left."""

    def take(lines: Sequence[Mapping[str, str]]) -> None:
        path = data_dir / "bill.csv"
        once(repr(lines), lambda: ingest.files(ctx, organisation_id, [a_bill(path, lines)]))

    return take


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, in two processes where there are several: all would wait for what is begun last."""
    first, second = ([item for item in items if item.nodeid.startswith(names)] for names in LONG)
    others = [item for item in items if item not in {*first, *second}]
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    between = max(0, len(items) // processes - len(first))  # each process is given as many, in their order
    items[:] = [*first, *others[:between], *second, *others[between:]]


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
