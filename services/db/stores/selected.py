"""The instances that a selector selects now, and what it could select."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from core.inventory import Kind, Resource
from core.schedules.selector import Selector
from services.db.stores.resources import resource_of
from services.db.tables.cloud import resources


def instances(
    db: Connection, organisation_id: UUID, selector: Selector, accounts: Sequence[str] | None
) -> tuple[Resource, ...]:
    """Those that are there, in these accounts (None: all), by id."""
    terms = [
        resources.c.organisation_id == organisation_id,
        resources.c.kind == Kind.INSTANCE,
        resources.c.gone_at.is_(None),
    ]
    terms += [resources.c.account_id.in_(each) for each in (accounts, selector.accounts) if each is not None]
    if selector.tag is not None:
        terms.append(resources.c.tags.contains(dict([selector.tag])))
    else:
        terms.append(resources.c.id.in_(selector.resource_ids or ()))
    return tuple(
        resource_of(row) for row in db.execute(select(resources).where(*terms).order_by(resources.c.id))
    )


def tags(
    db: Connection, organisation_id: UUID, accounts: Sequence[str] | None
) -> Mapping[str, Mapping[str, str]]:
    """The tags of every instance that is there, in these accounts (None: all), by id."""
    terms = [
        resources.c.organisation_id == organisation_id,
        resources.c.kind == Kind.INSTANCE,
        resources.c.gone_at.is_(None),
    ]
    if accounts is not None:
        terms.append(resources.c.account_id.in_(accounts))
    return {row.id: row.tags for row in db.execute(select(resources.c.id, resources.c.tags).where(*terms))}
