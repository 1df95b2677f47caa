"""What runs in the cloud, as it was last seen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Connection, Row, Text, any_, cast, select, text

from core.connections import Observation, What
from core.inventory import KINDS, Kind, Resource
from core.schedules import switch
from services.db.stores import collections
from services.db.tables.cloud import observations, resources

BATCH = 2000
_SHARED = frozenset(field.name for field in fields(Resource))
_MOMENTS = frozenset(
    field.name for kind in KINDS.values() for field in fields(kind) if field.type == datetime | None
)
"""Details that are instants: JSON keeps them as text."""


def resource_of(row: Row[tuple[object, ...]]) -> Resource:
    """A row of the resources table as the dataclass of its kind; details we no longer know are left out."""
    kind = KINDS[Kind(row.kind)]
    own = _own(Kind(row.kind))
    details = {name: _back(name, value) for name, value in row.details.items() if name in own}
    return kind(
        id=row.id,
        account_id=row.account_id,
        region=row.region,
        name=row.name,
        state=row.state,
        tags=row.tags,
        created_at=row.created_at,
        **details,
    )


@cache
def _own(kind: Kind) -> frozenset[str]:
    """The fields that only this kind has."""
    return frozenset(field.name for field in fields(KINDS[kind]) if field.init) - _SHARED


def _back(name: str, value: object) -> object:
    if name in _MOMENTS and isinstance(value, str):
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def details_of(resource: Resource) -> str:
    """The fields that only its kind has, as JSON."""
    own = {name: value for name, value in resource.__dict__.items() if name not in _SHARED}
    return json.dumps(own, default=lambda value: value.isoformat())


_PUBLISH = text("""
with incoming as (
    select * from unnest(
        cast(:ids as text[]), cast(:kinds as text[]), cast(:accounts as text[]), cast(:regions as text[]),
        cast(:names as text[]), cast(:states as text[]), cast(:words as text[]), cast(:tags as jsonb[]),
        cast(:details as jsonb[]), cast(:created as timestamptz[])
    ) as t(id, kind, account_id, region, name, state, word, tags, details, created_at)
), before as (
    select r.id, r.gone_at, r.details,
        case when r.details ->> 'desired' = '0' and r.kind || ':' || r.state = any(cast(:empty as text[])) then 'stopped'
             else r.state end as word
    from resource r join incoming i on i.id = r.id
    where r.organisation_id = :organisation_id
), written as (
    insert into resource as r (organisation_id, id, kind, account_id, region, name, state, tags, details, created_at,
                               first_seen_at, last_seen_at)
    select :organisation_id, id, kind, account_id, region, name, state, tags, details, created_at, :at, :at
    from incoming
    on conflict (organisation_id, id) do update set
        kind = excluded.kind, account_id = excluded.account_id, region = excluded.region, name = excluded.name,
        state = excluded.state, tags = excluded.tags, details = excluded.details, last_seen_at = excluded.last_seen_at,
        created_at = coalesce(excluded.created_at, r.created_at), gone_at = null
    where r.last_seen_at <= excluded.last_seen_at
    returning r.id
), noted as (
    insert into observation (organisation_id, resource_id, at, state, changed)
    select :organisation_id, w.id, :at, i.word,
           case when b.id is null then '{}'::jsonb
                else jsonb_build_object('before', case when b.gone_at is null then b.word else 'gone' end) ||
                     case when i.word <> i.state and b.word <> i.word
                          then jsonb_build_object('sizes', jsonb_build_object('smallest', b.details -> 'smallest',
                            'desired', b.details -> 'desired', 'largest', b.details -> 'largest'))
                          else '{}'::jsonb end end
    from written w join incoming i on i.id = w.id left join before b on b.id = w.id
    where b.id is null or b.word <> i.word or b.gone_at is not null
    returning changed
)
select count(*) filter (where changed = '{}'::jsonb), count(*) filter (where changed <> '{}'::jsonb) from noted
""")

_GONE = text("""
with ended as (
    update resource set gone_at = :at
    where organisation_id = :organisation_id and account_id = :account_id and region = :region
      and kind = any(cast(:kinds as text[])) and gone_at is null and last_seen_at < :at
    returning id, state
), noted as (
    insert into observation (organisation_id, resource_id, at, state, changed)
    select :organisation_id, id, :at, 'gone', jsonb_build_object('before', state) from ended
)
select count(*) from ended
""")


def publish(db: Connection, organisation_id: UUID, seen: Sequence[Resource], at: datetime) -> tuple[int, int]:
    """Write resources as they were at `at` (when AWS began to be asked); answers how many are new and how many changed state.

    To be scaled to nothing, or from it, is a change of state; the sizes before are kept with it.

    What was seen later than `at`, such as by an action that has just stopped an instance, is left as it is. Where others may
    write too, take `collections.lock_place` first: what stood before is read as it was when the statement began.
    """
    unique = {resource.id: resource for resource in seen}.values()
    if not unique:
        return 0, 0
    parameters = {
        "organisation_id": organisation_id,
        "at": at,
        "ids": [resource.id for resource in unique],
        "kinds": [resource.kind.value for resource in unique],
        "accounts": [resource.account_id for resource in unique],
        "regions": [resource.region for resource in unique],
        "names": [resource.name for resource in unique],
        "states": [resource.state for resource in unique],
        "words": [switch.noted(resource) for resource in unique],
        "empty": list(switch.EMPTY),
        "tags": [json.dumps(dict(resource.tags)) for resource in unique],
        "details": [details_of(resource) for resource in unique],
        "created": [resource.created_at for resource in unique],
    }
    new, changed = db.execute(_PUBLISH, parameters).one()
    return new, changed


def end(
    db: Connection,
    organisation_id: UUID,
    account_id: str,
    region: str,
    kinds: frozenset[Kind],
    at: datetime,
) -> int:
    """Whatever of these kinds was not seen at `at` in this place is gone; answers how many."""
    parameters = {
        "organisation_id": organisation_id,
        "account_id": account_id,
        "region": region,
        "kinds": sorted(kinds),
        "at": at,
    }
    gone: int = db.execute(_GONE, parameters).scalar_one()
    return gone


def observe(db: Connection, organisation_id: UUID, resource: Resource, at: datetime) -> None:
    """Write one resource as it was just seen, such as by an action that has read it back; also where the clock was turned back since."""
    _lock_place(db, organisation_id, resource)
    last = db.execute(
        select(resources.c.last_seen_at).where(
            resources.c.organisation_id == organisation_id, resources.c.id == resource.id
        )
    ).scalar_one_or_none()
    publish(db, organisation_id, [resource], at if last is None else max(at, last))


def observe_gone(db: Connection, organisation_id: UUID, resource: Resource, at: datetime) -> None:
    """One resource was just seen to be gone."""
    _lock_place(db, organisation_id, resource)
    statement = text("""
        with ended as (
            update resource set gone_at = :at, last_seen_at = :at
            where organisation_id = :organisation_id and id = :id and gone_at is null returning id, state
        )
        insert into observation (organisation_id, resource_id, at, state, changed)
        select :organisation_id, id, :at, 'gone', jsonb_build_object('before', state) from ended
    """)
    db.execute(statement, {"organisation_id": organisation_id, "id": resource.id, "at": at})


def _lock_place(db: Connection, organisation_id: UUID, resource: Resource) -> None:
    collections.lock_place(db, organisation_id, resource.account_id, resource.region, What.INVENTORY)


def _array(ids: Sequence[str]) -> ColumnElement[Sequence[str]]:
    """As one parameter, however many: a statement has no more than 65,535."""
    return cast(list(ids), ARRAY(Text))


def by_ids(
    db: Connection, organisation_id: UUID, ids: Sequence[str], *, accounts: frozenset[str] | None = None
) -> Mapping[str, Resource]:
    """Resources by id, those gone among them; `accounts` narrows to what a user may see."""
    query = select(resources).where(
        resources.c.organisation_id == organisation_id, resources.c.id == any_(_array(ids))
    )
    if accounts is not None:
        query = query.where(resources.c.account_id.in_(accounts))
    return {row.id: resource_of(row) for row in db.execute(query)}


def there(db: Connection, organisation_id: UUID, ids: Sequence[str]) -> tuple[Resource, ...]:
    """Those of these resources that are there, by id."""
    query = select(resources).where(
        resources.c.organisation_id == organisation_id,
        resources.c.id == any_(_array(ids)),
        resources.c.gone_at.is_(None),
    )
    return tuple(resource_of(row) for row in db.execute(query.order_by(resources.c.id)))


def tags_of(db: Connection, organisation_id: UUID, ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """The tags of resources by id, and nothing else of them."""
    query = text("select id, tags from resource where organisation_id = :organisation and id = any(:ids)")
    rows = db.execute(query, {"organisation": organisation_id, "ids": list(ids)})
    return {row.id: row.tags for row in rows}


def of_kinds(
    db: Connection,
    organisation_id: UUID,
    kinds: Sequence[Kind],
    *,
    account_id: str | None = None,
    region: str | None = None,
) -> Iterator[Resource]:
    """All resources of these kinds that are there, by id; streamed in batches."""
    query = select(resources).where(
        resources.c.organisation_id == organisation_id,
        resources.c.kind.in_(list(kinds)),
        resources.c.gone_at.is_(None),
    )
    if account_id is not None:
        query = query.where(resources.c.account_id == account_id)
    if region is not None:
        query = query.where(resources.c.region == region)
    streamed = db.execute(query.order_by(resources.c.id), execution_options={"yield_per": BATCH})
    return (resource_of(row) for row in streamed)


def in_state_since(db: Connection, organisation_id: UUID, kind: Kind) -> Mapping[str, datetime]:
    """When each resource of a kind was first seen in the state it still has; at first sight, if it never changed."""
    query = text("""
        select distinct on (o.resource_id) o.resource_id, o.at
        from observation o join resource r on r.organisation_id = o.organisation_id and r.id = o.resource_id
        where o.organisation_id = :organisation_id and r.kind = :kind and r.gone_at is null
        order by o.resource_id, o.at desc, o.id desc
    """)
    rows = db.execute(query, {"organisation_id": organisation_id, "kind": kind.value})
    return {row.resource_id: row.at for row in rows}


def history(db: Connection, organisation_id: UUID, resource_id: str, limit: int) -> Sequence[Observation]:
    """The states a resource went through, newest first."""
    query = select(observations.c.resource_id, observations.c.at, observations.c.state).where(
        observations.c.organisation_id == organisation_id, observations.c.resource_id == resource_id
    )
    query = query.order_by(observations.c.at.desc(), observations.c.id.desc()).limit(limit)
    return [Observation(*row) for row in db.execute(query)]
