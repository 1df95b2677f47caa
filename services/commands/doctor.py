"""`./pioneer doctor`: what is configured, reachable and missing, one line each, with the mend."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

from sqlalchemy import Engine, any_, func, literal, select, text
from sqlalchemy.exc import SQLAlchemyError

from core import dates
from core.errors import PioneerError
from services.bootstrap import database_url, mail
from services.commands import checks, serving
from services.commands.checks import Check, Line
from services.commands.configuration import is_demo, settings_of
from services.db import database, migrate
from services.db.tables.access import users
from services.db.tables.cloud import accounts, collections
from services.db.tables.loads import loads
from services.db.tables.records import leases
from services.settings import Settings
from services.warehouse.spark import Spark
from services.warehouse.warehouse import DUCKDB

ROOM_BYTES = 2_000_000_000
STARTING = 60.0
"""Seconds for what may have to start first: the embedded database, Spark's own machine."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MARKS = {True: "ok     ", None: "not set", False: "MISSING"}


def run(args: argparse.Namespace) -> int:
    """Print every line; exit status 1 when something needed is missing or does not answer."""
    return told(lines(settings_of(args)))


def told(found: Iterable[Line]) -> int:
    """Print lines as they come, and answer the exit status."""
    missing = False
    for line in found:
        print(
            f"{MARKS[line.ok]}  {line.what}: {line.says}" + (f"  -> {line.mend}" if line.mend else ""),
            flush=True,
        )
        missing = missing or line.ok is False
    return int(missing)


def lines(settings: Settings) -> Iterator[Line]:
    """Everything worth looking at, always in this order. What may have to be waited for is asked all at once."""
    yield Line("python", True, ".".join(str(part) for part in sys.version_info[:3]))  # noqa: FBT003  a mark, not a switch
    packages = ("streamlit", "fastapi", "sqlalchemy", "duckdb", "boto3")
    yield Line("packages", True, ", ".join(f"{name} {metadata.version(name)}" for name in packages))  # noqa: FBT003  likewise
    there = settings.data.exists()  # before a check that makes something in it
    asked = (
        Check(
            "data directory",
            lambda: (_directory(settings, there=there),),
            "see that its disk answers, or choose another with --data DIR",
        ),
        Check(
            "secret key",
            lambda: (_secret(settings),),
            "see that the data directory's disk answers, or set SECRET_KEY",
        ),
        Check(
            "database",
            lambda: _database(settings),
            "see that it is up, and that nothing holds its tables locked",
            seconds=STARTING,
        ),
        Check(
            "warehouse engine",
            lambda: (_engine(settings),),
            "see that it is up, and that this machine reaches it",
            seconds=STARTING,
        ),
        Check(
            "screens",
            lambda: (_web(settings),),
            "see what listens there, and start Cloud Pioneer again",
        ),
        Check(
            "AWS credentials",
            lambda: (_credentials(settings),),
            "see that the disk of your home directory answers",
        ),
        Check(
            "mail",
            lambda: (_mail(settings),),
            "check the SMTP settings; mails wait and are not lost",
        ),
    )
    yield from checks.beside(asked)
    signed = settings.google_client_id
    yield Line("google sign-in", True if signed else None, signed or "no GOOGLE_CLIENT_ID")
    browser = chromium()
    yield Line(
        "browser for tests",
        True if browser else None,
        browser or "no chromium on PATH; the browser journey is skipped",
    )


def chromium() -> str | None:
    """The browser that the browser journey drives; None where there is none on PATH."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _engine(settings: Settings) -> Line:
    """What answers questions about the bill, and whether it does."""
    if settings.warehouse_engine == DUCKDB:
        return Line("warehouse engine", ok=True, says="DuckDB in each process")
    engine = Spark(settings.warehouse_engine, lambda _organisation, load: Path(str(load)))
    try:
        return Line(
            "warehouse engine", ok=True, says=f"{settings.warehouse_engine}, version {engine.answers()}"
        )
    except PioneerError as error:
        return Line("warehouse engine", ok=False, says=error.message, mend=error.mend or "")
    finally:
        engine.close()


def _mail(settings: Settings) -> Line:
    """Whether the mail server lets us in; nothing is sent."""
    server = mail(settings)
    if server is None:
        return Line("mail", ok=None, says="no SMTP_HOST; notices stay in the inbox of the screens")
    try:
        return Line("mail", ok=True, says=server.check())
    except PioneerError as error:
        return Line(
            "mail", ok=False, says=error.message, mend="check the SMTP settings; mails wait and are not lost"
        )


def _directory(settings: Settings, *, there: bool) -> Line:
    path = settings.data.resolve()
    nearest = next(each for each in (path, *path.parents) if each.exists())
    if not os.access(nearest, os.W_OK):
        return Line(
            "data directory",
            ok=False,
            says=f"{path} cannot be written",
            mend="choose another with --data DIR",
        )
    free = shutil.disk_usage(nearest).free
    seen = " (demo)" if is_demo(path) else "" if there else "; not there before: the first start fills it"
    says = f"{path}, {free / 1e9:.0f} GB free{seen}"
    if free < ROOM_BYTES:
        return Line("data directory", ok=False, says=says, mend="make room: 2 GB are needed")
    return Line("data directory", ok=True, says=says)


def _secret(settings: Settings) -> Line:
    if settings.secret_key is not None:
        return Line("secret key", ok=True, says="from SECRET_KEY")
    made = (settings.data / "secret-key").exists()
    return Line(
        "secret key",
        ok=True,
        says="made once, kept in the data directory" if made else "will be made at the first start",
    )


def _database(settings: Settings) -> Iterator[Line]:
    where = "embedded PostgreSQL" if settings.database_url is None else "DATABASE_URL"
    if settings.database_url is None and not (settings.data / "postgres").exists():
        yield Line("database", ok=None, says=f"{where}, made at the first start")
        return
    try:
        engine = database.connect(database_url(settings))
        with database.begin(engine) as db:
            version = db.execute(text("show server_version")).scalar_one()
        yield Line("database", ok=True, says=f"{where}, version {version}")
        if migrate.pending(engine):
            yield Line("schema", ok=False, says="not the newest", mend="run ./pioneer migrate")
            return
        yield Line("schema", ok=True, says="newest")
        yield from _records(engine)
        engine.dispose()
    except PioneerError as error:
        own = "see that the server runs where DATABASE_URL says, and that this machine reaches it"
        mend = (error.mend or "") if settings.database_url is None else own
        yield Line("database", ok=False, says=f"{where}: {error.message}", mend=mend)
    except SQLAlchemyError as error:
        yield Line(
            "database",
            ok=False,
            says=f"{where}: {error.__class__.__name__}",
            mend="check DATABASE_URL and the rights of its user",
        )


def _records(engine: Engine) -> Iterator[Line]:
    with database.begin(engine) as db:
        now = database.now(db)
        yield from _clock(now - database.real_now(db))
        admins = db.execute(
            select(func.count()).where(literal("admin") == any_(users.c.roles), users.c.status == "active")
        ).scalar_one()
        yield Line("admin", bool(admins), f"{admins} of them", "" if admins else "run ./pioneer admin create")
        connected = db.execute(
            select(func.count()).select_from(accounts).where(accounts.c.status != "paused")
        ).scalar_one()
        yield Line(
            "AWS accounts",
            True if connected else None,
            f"{connected} connected",
            "" if connected else "add one on the connections screen",
        )
        for what in ("inventory", "metrics"):
            yield _age(
                what,
                db.execute(
                    select(func.max(collections.c.ended_at)).where(collections.c.what == what)
                ).scalar(),
                now,
            )
        yield _age(
            "bills",
            db.execute(select(func.max(loads.c.settled_at)).where(loads.c.state == "settled")).scalar(),
            now,
        )
        held = db.execute(
            select(leases.c.holder).where(leases.c.expires_at > func.clock_timestamp())
        ).scalar()
        yield Line("worker", True if held else None, f"running ({held})" if held else "not running")


def _clock(ahead: timedelta) -> Iterator[Line]:
    """In a demo whose clock was moved: by how much, as the ages below are by that clock."""
    if shift := dates.about(ahead):
        yield Line("demo's clock", ok=True, says=f"{shift} ahead of this machine; times below are by it")


def _age(what: str, at: datetime | None, now: datetime) -> Line:
    if at is None:
        return Line(what, ok=None, says="never collected")
    return Line(what, ok=True, says=f"last at {dates.when(at)}, {dates.ago(at, now)}")


def _web(settings: Settings) -> Line:
    address = serving.address(settings)
    if serving.healthy(settings):
        return Line("screens", ok=True, says=f"answer at {address}")
    return Line("screens", ok=None, says=f"nothing answers at {address}")


def _credentials(settings: Settings) -> Line:
    if settings.demo:
        return Line("AWS credentials", ok=True, says="the demo's own cloud")
    names = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    found = next((name for name in names if os.environ.get(name)), None)
    if found or Path("~/.aws/credentials").expanduser().exists():
        return Line("AWS credentials", ok=True, says=f"from {found or '~/.aws'}")
    return Line(
        "AWS credentials",
        ok=None,
        says="none in the environment or ~/.aws",
        mend="an instance or task role also serves",
    )
