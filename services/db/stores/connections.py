"""The accounts we were given, and the ExternalIds we handed out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.inventory import Account, ExportLocation
from services.db.tables.access import organisations
from services.db.tables.cloud import accounts, offers


def account_of(row: Row[tuple[object, ...]]) -> Account:
    """A row of the accounts table as an account."""
    return Account(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        external_id=row.external_id,
        regions=tuple(row.regions),
        role_arn=row.role_arn,
        export=ExportLocation(**row.export) if row.export else None,
    )


def of_organisation(db: Connection, organisation_id: UUID) -> Sequence[tuple[Account, str]]:
    """Every account of an organisation with its status, by name."""
    query = select(accounts).where(accounts.c.organisation_id == organisation_id)
    return [
        (account_of(row), row.status) for row in db.execute(query.order_by(accounts.c.name, accounts.c.id))
    ]


def one(db: Connection, organisation_id: UUID, account_id: str) -> Account | None:
    """One account."""
    query = select(accounts).where(accounts.c.organisation_id == organisation_id, accounts.c.id == account_id)
    row = db.execute(query).one_or_none()
    return None if row is None else account_of(row)


def organisations_watched(db: Connection) -> Sequence[UUID]:
    """Organisations with an account that is not paused."""
    query = select(accounts.c.organisation_id).where(accounts.c.status != "paused").distinct()
    return list(db.execute(query.order_by(accounts.c.organisation_id)).scalars())


def to_collect(db: Connection) -> Sequence[Account]:
    """Accounts of every organisation but the paused."""
    query = select(accounts).where(accounts.c.status != "paused")
    return [account_of(row) for row in db.execute(query.order_by(accounts.c.organisation_id, accounts.c.id))]


def add(db: Connection, account: Account, at: datetime) -> bool:
    """Keep a new account; False when the organisation has it already."""
    export = None if account.export is None else account.export.__dict__
    statement = upsert(accounts).values(
        organisation_id=account.organisation_id,
        id=account.id,
        name=account.name,
        role_arn=account.role_arn,
        external_id=account.external_id,
        regions=list(account.regions),
        export=export,
        status="new",
        created_at=at,
    )
    added = db.execute(statement.on_conflict_do_nothing().returning(accounts.c.id))
    return added.first() is not None


def set_status(
    db: Connection, organisation_id: UUID, account_id: str, status: str, *, unless: str = ""
) -> bool:
    """Change the status; False when nothing changed: it had it already, or has the one given as `unless`."""
    statement = update(accounts).where(
        accounts.c.organisation_id == organisation_id,
        accounts.c.id == account_id,
        accounts.c.status.not_in([status, unless]),
    )
    return db.execute(statement.values(status=status)).rowcount == 1


def set_export(db: Connection, organisation_id: UUID, account_id: str, export: ExportLocation | None) -> None:
    """Keep where an account's billing export is delivered; None: it has none."""
    statement = update(accounts).where(
        accounts.c.organisation_id == organisation_id, accounts.c.id == account_id
    )
    db.execute(statement.values(export=None if export is None else export.__dict__))


def keep_offer(db: Connection, organisation_id: UUID, external_id: str, at: datetime) -> None:
    """Remember an ExternalId that we made for this organisation."""
    db.execute(insert(offers).values(organisation_id=organisation_id, external_id=external_id, created_at=at))


def newest_offer(db: Connection, organisation_id: UUID) -> str | None:
    """The ExternalId last made for this organisation."""
    query = select(offers.c.external_id).where(offers.c.organisation_id == organisation_id)
    return db.execute(query.order_by(offers.c.created_at.desc()).limit(1)).scalar_one_or_none()


def offered(db: Connection, organisation_id: UUID, external_id: str) -> bool:
    """Whether we made this ExternalId, and for this organisation."""
    query = select(offers.c.external_id).where(
        offers.c.organisation_id == organisation_id, offers.c.external_id == external_id
    )
    return db.execute(query).one_or_none() is not None


def organisations_served(db: Connection) -> int:
    """How many organisations this installation has."""
    return db.execute(select(func.count()).select_from(organisations)).scalar_one()
