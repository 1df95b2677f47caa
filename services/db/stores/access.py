"""Organisations, people and the identities that providers vouch for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, any_, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.access.roles import Role, User
from services.db.tables.access import identities, organisations, users


@dataclass(frozen=True)
class Member:
    """A person of the organisation as our records have them. `password_hash` None: no password."""

    user: User
    status: str
    password_hash: str | None
    token_version: int
    created_at: datetime
    last_sign_in_at: datetime | None


def member_of(row: RowMapping | Mapping[str, Any]) -> Member:
    """The person whose columns these are."""
    user = User(
        id=row["id"],
        organisation_id=row["organisation_id"],
        email=row["email"],
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        accounts=None if row["accounts"] is None else frozenset(row["accounts"]),
    )
    return Member(
        user,
        row["status"],
        row["password_hash"],
        row["token_version"],
        row["created_at"],
        row["last_sign_in_at"],
    )


def add_organisation(db: Connection, organisation_id: UUID, name: str, at: datetime) -> None:
    """Write down a new organisation."""
    db.execute(insert(organisations).values(id=organisation_id, name=name, created_at=at))


def first_organisation(db: Connection) -> UUID | None:
    """The organisation that sign-ups join: the oldest."""
    query = select(organisations.c.id).order_by(organisations.c.created_at, organisations.c.id).limit(1)
    return db.execute(query).scalar_one_or_none()


def lock_organisation(db: Connection, organisation_id: UUID) -> None:
    """Let changes to this organisation's people happen one after another."""
    db.execute(select(organisations.c.id).where(organisations.c.id == organisation_id).with_for_update())


def add(db: Connection, user: User, *, password_hash: str | None, status: str, at: datetime) -> bool:
    """Write down a new person; False, and nothing written, when the e-mail is taken."""
    statement = (
        upsert(users)
        .values(
            id=user.id,
            organisation_id=user.organisation_id,
            email=user.email,
            name=user.name,
            password_hash=password_hash,
            roles=sorted(user.roles),
            accounts=None if user.accounts is None else sorted(user.accounts),
            status=status,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(users.c.id)
    )
    return db.execute(statement).first() is not None


def by_email(db: Connection, email: str) -> Member | None:
    """The person who signs in with this e-mail (lower case)."""
    row = db.execute(select(users).where(users.c.email == email)).mappings().first()
    return None if row is None else member_of(row)


def by_id(db: Connection, user_id: UUID) -> Member | None:
    """The person with this id, of any organisation: for tokens that carry an id only."""
    row = db.execute(select(users).where(users.c.id == user_id)).mappings().first()
    return None if row is None else member_of(row)


def by_identity(db: Connection, issuer: str, subject: str) -> Member | None:
    """The person whom this provider knows as `subject`."""
    joined = select(users).join(identities, identities.c.user_id == users.c.id)
    row = (
        db.execute(joined.where(identities.c.issuer == issuer, identities.c.subject == subject))
        .mappings()
        .first()
    )
    return None if row is None else member_of(row)


def link_identity(db: Connection, issuer: str, subject: str, user_id: UUID, at: datetime) -> bool:
    """Let this provider's subject sign in as the person; False when it is linked already."""
    statement = upsert(identities).values(issuer=issuer, subject=subject, user_id=user_id, linked_at=at)
    return db.execute(statement.on_conflict_do_nothing().returning(identities.c.user_id)).first() is not None


def members(db: Connection, organisation_id: UUID) -> Sequence[Member]:
    """Everybody of the organisation: who waits first, then by name."""
    query = select(users).where(users.c.organisation_id == organisation_id)
    rows = db.execute(query.order_by((users.c.status != "pending"), users.c.name, users.c.email)).mappings()
    return [member_of(row) for row in rows]


def active(db: Connection, organisation_id: UUID) -> tuple[User, ...]:
    """Everybody of the organisation who may sign in."""
    query = select(users).where(users.c.organisation_id == organisation_id, users.c.status == "active")
    return tuple(member_of(row).user for row in db.execute(query.order_by(users.c.email)).mappings())


def member(db: Connection, organisation_id: UUID, user_id: UUID) -> Member | None:
    """One person of the organisation."""
    query = select(users).where(users.c.organisation_id == organisation_id, users.c.id == user_id)
    row = db.execute(query).mappings().first()
    return None if row is None else member_of(row)


def any_admin(db: Connection) -> bool:
    """Whether anybody at all could let others in."""
    query = (
        select(users.c.id).where(users.c.status == "active", any_(users.c.roles) == Role.ADMIN.value).limit(1)
    )
    return db.execute(query).first() is not None


def active_admins(db: Connection, organisation_id: UUID) -> int:
    """How many people of the organisation can manage its team now."""
    query = select(func.count()).where(
        users.c.organisation_id == organisation_id,
        users.c.status == "active",
        any_(users.c.roles) == Role.ADMIN.value,
    )
    count: int = db.execute(query).scalar_one()
    return count


def change(
    db: Connection,
    user_id: UUID,
    *,
    roles: Collection[Role],
    accounts: Collection[str] | None,
    status: str,
    end_tokens: bool,
) -> None:
    """Set roles, scope and status; `end_tokens` makes every bearer token of the person void."""
    values: dict[str, object] = {
        "roles": sorted(roles),
        "accounts": None if accounts is None else sorted(accounts),
        "status": status,
    }
    if end_tokens:
        values["token_version"] = users.c.token_version + 1
    db.execute(update(users).where(users.c.id == user_id).values(**values))


def set_password(db: Connection, user_id: UUID, password_hash: str, *, end_tokens: bool) -> None:
    """Keep a new hash; `end_tokens` makes every bearer token of the person void."""
    values: dict[str, object] = {"password_hash": password_hash}
    if end_tokens:
        values["token_version"] = users.c.token_version + 1
    db.execute(update(users).where(users.c.id == user_id).values(**values))


def signed_in(db: Connection, user_id: UUID, at: datetime) -> None:
    """Remember when the person last signed in."""
    db.execute(update(users).where(users.c.id == user_id).values(last_sign_in_at=at))
