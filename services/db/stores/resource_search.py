"""Questions people ask of the inventory, each one SQL statement."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, exists, func, or_, select, text

from core.inventory import Kind
from core.resources import ResourceChoices, ResourceFilter, ResourcePage, ResourceSort
from services.db.stores.resources import resource_of
from services.db.tables.cloud import accounts, resources
from services.db.tables.recommendations import findings

_COLUMNS = {
    ResourceSort.NAME: func.lower(resources.c.name),
    ResourceSort.KIND: resources.c.kind,
    ResourceSort.STATE: resources.c.state,
    ResourceSort.ACCOUNT: resources.c.account_id,
    ResourceSort.REGION: resources.c.region,
    ResourceSort.CREATED: resources.c.created_at,
    ResourceSort.LAST_SEEN: resources.c.last_seen_at,
}
Scope = frozenset[str] | None


def _conditions(organisation_id: UUID, scope: Scope, wanted: ResourceFilter) -> list[ColumnElement[bool]]:
    column = resources.c
    chosen: list[ColumnElement[bool]] = [
        column.organisation_id == organisation_id,
        column.gone_at.is_not(None) if wanted.gone else column.gone_at.is_(None),
    ]
    if scope is not None:
        chosen.append(column.account_id.in_(scope))
    for field, values in (
        (column.kind, wanted.kinds),
        (column.account_id, wanted.accounts),
        (column.region, wanted.regions),
        (column.state, wanted.states),
    ):
        if values:
            chosen.append(field.in_(values))
    if wanted.tag is not None:
        key, value = wanted.tag
        chosen.append(column.tags.has_key(key) if value is None else column.tags.contains({key: value}))
    if wanted.text.strip():
        parts = (column.name, column.id, cast(column.tags, Text))
        chosen.append(or_(*(part.icontains(wanted.text.strip(), autoescape=True) for part in parts)))
    if wanted.has_finding is not None:
        found = exists().where(
            findings.c.organisation_id == column.organisation_id,
            findings.c.resource_id == column.id,
            findings.c.state == "open",
        )
        chosen.append(found if wanted.has_finding else ~found)
    return chosen


def search(db: Connection, organisation_id: UUID, scope: Scope, wanted: ResourceFilter) -> ResourcePage:
    """One page, and how many there are in all."""
    conditions = _conditions(organisation_id, scope, wanted)
    order = _COLUMNS[wanted.sort]
    direction = order.desc().nulls_last() if wanted.descending else order.asc().nulls_last()
    counted = func.count().over().label("total")
    query: Select[tuple[object, ...]] = select(resources, counted).where(*conditions)
    rows = db.execute(
        query.order_by(direction, resources.c.id).limit(wanted.limit).offset(wanted.offset)
    ).all()
    if rows or not wanted.offset:
        total = rows[0].total if rows else 0
    else:  # a page beyond the last one
        total = db.execute(select(func.count()).select_from(resources).where(*conditions)).scalar_one()
    return ResourcePage(
        total, tuple(resource_of(row) for row in rows), {row.id: row.last_seen_at for row in rows}
    )


def matching(db: Connection, organisation_id: UUID, scope: Scope, wanted: ResourceFilter) -> list[str]:
    """The ids of all that match, by name: for an order that our records do not know."""
    query = select(resources.c.id).where(*_conditions(organisation_id, scope, wanted))
    return list(db.execute(query.order_by(_COLUMNS[ResourceSort.NAME], resources.c.id)).scalars())


def page_of(db: Connection, organisation_id: UUID, ids: Sequence[str], total: int) -> ResourcePage:
    """Those resources as a page, in the order of `ids`."""
    query = select(resources).where(resources.c.organisation_id == organisation_id, resources.c.id.in_(ids))
    rows = {row.id: row for row in db.execute(query)}
    shown = [rows[each] for each in ids if each in rows]
    return ResourcePage(
        total, tuple(resource_of(row) for row in shown), {row.id: row.last_seen_at for row in shown}
    )


def counts(db: Connection, organisation_id: UUID, scope: Scope) -> Mapping[Kind, Mapping[str, int]]:
    """How many there are, by kind and state."""
    query = select(resources.c.kind, resources.c.state, func.count()).where(
        *_conditions(organisation_id, scope, ResourceFilter())
    )
    found: dict[Kind, dict[str, int]] = defaultdict(dict)
    for kind, state, number in db.execute(query.group_by(resources.c.kind, resources.c.state)):
        found[Kind(kind)][state] = number
    return found


_TAGS = text("""
    select key, value from (
        select t.key, t.value, row_number() over (partition by t.key order by count(*) desc, t.value) as place
        from resource r cross join lateral jsonb_each_text(r.tags) as t
        where r.organisation_id = :organisation_id and r.gone_at is null
          and (cast(:scope as text[]) is null or r.account_id = any(cast(:scope as text[])))
          and (cast(:kinds as text[]) is null or r.kind = any(cast(:kinds as text[])))
        group by t.key, t.value
    ) ranked where place <= 200 order by key, value
""")


def choices(
    db: Connection, organisation_id: UUID, scope: Scope, kinds: Sequence[Kind] = ()
) -> ResourceChoices:
    """What there is to filter by; tags of these kinds only, of all where none is named."""
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.organisation_id == organisation_id)
    if scope is not None:
        query = query.where(accounts.c.id.in_(scope))
    named = [(account_id, name) for account_id, name in db.execute(query.order_by(accounts.c.name))]
    places = (
        select(resources.c.region, resources.c.kind, resources.c.state)
        .where(*_conditions(organisation_id, scope, ResourceFilter()))
        .distinct()
    )
    rows = db.execute(places).all()
    states: dict[Kind, set[str]] = defaultdict(set)
    for row in rows:
        states[Kind(row.kind)].add(row.state)
    narrowed = None if scope is None else sorted(scope)
    tags: dict[str, list[str]] = defaultdict(list)
    asked = {
        "organisation_id": organisation_id,
        "scope": narrowed,
        "kinds": [kind.value for kind in kinds] or None,
    }
    for key, value in db.execute(_TAGS, asked):
        tags[key].append(value)
    return ResourceChoices(
        tuple(named),
        tuple(sorted({row.region for row in rows})),
        {kind: tuple(sorted(names)) for kind, names in states.items()},
        {key: tuple(values) for key, values in tags.items()},
    )
