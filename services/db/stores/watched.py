"""Since when we have watched resources, since when each is as it is, and how many of them are measured."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, text

from core.inventory import Kind
from services.db.tables.cloud import resources


def changed_at(
    db: Connection, organisation_id: UUID, kinds: Sequence[Kind], only: Sequence[str] | None = None
) -> Mapping[str, datetime]:
    """When we saw each resource (among `only`; None: all) come into its present state.

    What we never saw in another one is not in the answer.
    """
    query = text("""
        select o.resource_id, max(o.at) as at from observation o
        join resource r on r.organisation_id = o.organisation_id and r.id = o.resource_id
        where o.organisation_id = :organisation and o.changed ? 'before' and r.kind = any(:kinds) and r.gone_at is null
          and (cast(:only as text[]) is null or o.resource_id = any(cast(:only as text[])))
        group by o.resource_id
    """)
    given = {"organisation": organisation_id, "kinds": [kind.value for kind in kinds], "only": only}
    rows = db.execute(query, given)
    return {row.resource_id: row.at for row in rows}


def first_seen(
    db: Connection, organisation_id: UUID, kinds: Sequence[Kind], only: Sequence[str] | None = None
) -> Mapping[str, datetime]:
    """When we first saw each resource of these kinds (among `only`; None: all) that is there."""
    query = select(resources.c.id, resources.c.first_seen_at).where(
        resources.c.organisation_id == organisation_id,
        resources.c.kind.in_(list(kinds)),
        resources.c.gone_at.is_(None),
    )
    if only is not None:
        query = query.where(resources.c.id.in_(only))
    return {row.id: row.first_seen_at for row in db.execute(query)}


def sampled(
    db: Connection, organisation_id: UUID, metrics: Sequence[str], since: date, accounts: Sequence[str] | None
) -> Mapping[tuple[Kind, str], int]:
    """By kind and metric, how many resources that are there have a sample since a day."""
    query = text("""
        select r.kind, s.metric, count(distinct r.id) as known
        from metric_sample s join resource r on r.organisation_id = s.organisation_id and r.id = s.resource_id
        where s.organisation_id = :organisation and s.day >= :since and s.metric = any(:metrics) and s.mean is not null
          and r.gone_at is null and (cast(:accounts as text[]) is null or r.account_id = any(:accounts))
        group by r.kind, s.metric
    """)
    given = {"organisation": organisation_id, "since": since, "metrics": list(metrics), "accounts": accounts}
    return {(Kind(row.kind), row.metric): row.known for row in db.execute(query, given)}


def by_state(
    db: Connection, organisation_id: UUID, accounts: Sequence[str] | None
) -> Mapping[tuple[Kind, str], int]:
    """By kind and state, how many resources there are."""
    query = select(resources.c.kind, resources.c.state, func.count().label("there")).where(
        resources.c.organisation_id == organisation_id, resources.c.gone_at.is_(None)
    )
    if accounts is not None:
        query = query.where(resources.c.account_id.in_(accounts))
    rows = db.execute(query.group_by(resources.c.kind, resources.c.state))
    return {(Kind(row.kind), row.state): row.there for row in rows}
