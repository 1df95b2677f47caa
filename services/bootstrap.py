"""Settings become a context: the one place that chooses adapters."""

import os
import secrets
import threading
from pathlib import Path
from uuid import UUID

from core.costs.virtual_tags import VirtualTag
from services.adapters.aws.billing_export import S3BillingExport
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.metrics import CloudWatchMetrics
from services.adapters.aws.prices import ListPrices
from services.adapters.aws.session import Sessions
from services.adapters.google import OidcIdentityProvider
from services.adapters.smtp import SmtpMail
from services.context import Context
from services.db import database, embedded
from services.db.stores import allocation
from services.settings import Settings, load
from services.warehouse.warehouse import Warehouse


def open_context(settings: Settings) -> Context:
    """Build the context; starts the embedded database where none is named. Raises `Unavailable` when it cannot."""
    settings.data.mkdir(parents=True, exist_ok=True)
    url = database_url(settings)
    sessions = Sessions(settings)
    identity = None
    if settings.google_client_id:
        identity = OidcIdentityProvider(
            settings.google_issuer, settings.google_jwks_url, settings.google_client_id
        )
    engine = database.connect(url)

    def virtual_tags(organisation_id: UUID, name: str) -> tuple[VirtualTag, ...]:
        with engine.connect() as db:
            return tuple(each.tag for each in allocation.tags(db, organisation_id, name))

    return Context(
        settings=settings,
        engine=engine,
        warehouse=Warehouse(
            url,
            settings.data / "warehouse",
            virtual_tags,
            settings.warehouse_engine,
            settings.warehouse_engine_files,
        ),
        cloud=AwsCloud(sessions),
        metrics=CloudWatchMetrics(sessions),
        exports=S3BillingExport(sessions, settings.data / "exports"),
        prices=ListPrices(),
        secret=secret(settings),
        identity=identity,
        mail=mail(settings),
    )


def mail(settings: Settings) -> SmtpMail | None:
    """The mail server named in the settings; None where none is. It is not asked anything yet."""
    return SmtpMail(settings) if settings.smtp_host else None


def database_url(settings: Settings) -> str:
    """SQLAlchemy's URL of the database named in the settings, or of the embedded one, which is started."""
    if settings.database_url is None:
        return embedded.url(settings.data)
    given = settings.database_url.get_secret_value()
    for prefix in ("postgresql://", "postgres://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def secret(settings: Settings) -> bytes:
    """The secret named in the settings, or one made once and kept in the data directory, readable by its owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data / "secret-key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip().encode()


def _write_once(path: Path, content: str) -> None:
    """Create the file whole or not at all; a second process that comes too late keeps the first one's."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


_shared: list[Context] = []
_sharing = threading.Lock()


def share(context: Context) -> None:
    """Make this the process's one context, for screens that Streamlit starts without an argument."""
    with _sharing:
        _shared[:] = [context]


def shared() -> Context:
    """The process's one context; opened from the environment's settings when nobody shared one."""
    with _sharing:
        if not _shared:
            _shared.append(open_context(load()))
        return _shared[0]
