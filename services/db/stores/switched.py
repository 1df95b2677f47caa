"""What is switched: resources that schedules are attached to, or that somebody wants on or off for a while."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.inventory import PROTECTED_TAG, Kind, protects, short_id
from core.schedules.attachment import Schedule, Switched
from core.schedules.naming import ORDER_TAG, SCHEDULE_TAG, TYPES_TAG, order, slug, types
from core.schedules.switch import SWITCHED, observed
from services.db.stores import schedules

_WHOLES = (Kind.AUTOSCALING_GROUP, Kind.DATABASE_CLUSTER)

_SELECTED = text("""
with fleet as (
  select r.id, r.kind, r.account_id, r.region, r.name, r.state, r.tags,
    cast(r.details ->> 'desired' as integer) as desired,
    case when r.kind = 'instance' then r.details ->> 'type' end as type,
    coalesce(cast(r.details ->> 'hibernation' as boolean), false) as hibernation,
    case r.kind when 'instance' then r.details ->> 'autoscaling_group' when 'database' then r.details ->> 'cluster' end as member_of,
    r.details -> 'protected_members' as kept, case when r.kind = 'node_group' then r.details -> 'groups' end as made
  from resource r join cloud_account k on k.organisation_id = :organisation and k.id = r.account_id
  where r.organisation_id = :organisation and r.kind = any(cast(:kinds as text[])) and r.gone_at is null and k.status <> 'paused'
    and (cast(:ids as text[]) is null or r.id = any(:ids))
    and (cast(:accounts as text[]) is null or r.account_id = any(:accounts))
), attached as materialized (
  select a.id, a.selector, a.attached_at, a.selector -> 'tag' ->> 'key' as key, a.selector -> 'tag' ->> 'value' as value
  from schedule_attachment a join schedule s on s.id = a.schedule_id
  where a.organisation_id = :organisation and a.detached_at is null and a.mode <> 'off' and s.deleted_at is null and s.enabled
  union all
  select n.id, '{}'::jsonb, n.since, cast(:name_tag as text), n.slug
  from unnest(cast(:named as uuid[]), cast(:slugs as text[]), cast(:since as timestamptz[])) n(id, slug, since)
), chosen as (
  select a.id as attachment, a.selector, a.attached_at, f.id, f.account_id, f.region, f.kind
  from fleet f cross join lateral jsonb_each_text(f.tags) t join attached a on a.key = t.key and a.value = t.value
  union all
  select a.id, a.selector, a.attached_at, f.id, f.account_id, f.region, f.kind
  from attached a cross join lateral jsonb_array_elements_text(a.selector -> 'resource_ids') named
    join fleet f on f.id = named
  where a.selector ? 'resource_ids'
  union all
  select a.id, a.selector, a.attached_at, f.id, f.account_id, f.region, f.kind
  from attached a cross join fleet f where a.key is null and not a.selector ? 'resource_ids'
  union all
  select null, '{}'::jsonb, o.at, f.id, f.account_id, f.region, f.kind
  from schedule_override o join fleet f on f.id = o.resource_id
  where o.organisation_id = :organisation and o.ended_at is null and o.until > :now
)
select f.id, f.kind, f.account_id, f.region, f.name, f.state, f.tags ->> :protection as protection,
  f.tags ->> :order_tag as own_order, f.tags ->> :types_tag as types, f.type, f.hibernation, f.desired, f.member_of, f.kept, f.made, c.attachments
from (
  select id, array_remove(array_agg(attachment order by attached_at, attachment), null) as attachments
  from chosen
  where (not selector ? 'accounts' or selector -> 'accounts' ? account_id)
    and (not selector ? 'kinds' or selector -> 'kinds' ? kind)
    and (not selector ? 'regions' or selector -> 'regions' ? region)
  group by id
) c join fleet f on f.id = c.id
order by f.id
""")
"""Goes through the fleet once, whatever the number of schedules: the index on tags would be asked once for each of them."""


def selected(
    db: Connection,
    organisation_id: UUID,
    now: datetime,
    *,
    resource_ids: Sequence[str] | None = None,
    accounts: Sequence[str] | None = None,
    known: Sequence[Schedule] | None = None,
) -> tuple[Switched, ...]:
    """Every resource that an enabled schedule or an open override is for, in two queries; None: no narrowing.

    Paused accounts are left out. One that only an override is for has no attachments; one that names its schedule by a tag
    has that schedule's id among them. `known` are all schedules, where they were read already.
    """
    every = schedules.listing(db, organisation_id) if known is None else known
    named = [each for each in every if each.enabled and slug(each.name)]
    given = {
        "organisation": organisation_id,
        "now": now,
        "kinds": list(SWITCHED),
        "order_tag": ORDER_TAG,
        "types_tag": TYPES_TAG,
        "name_tag": SCHEDULE_TAG,
        "named": [each.id for each in named],
        "slugs": [slug(each.name) for each in named],
        "since": [each.created_at for each in named],
        "protection": PROTECTED_TAG,
        "ids": None if resource_ids is None else list(resource_ids),
        "accounts": None if accounts is None else list(accounts),
    }
    rows = db.execute(_SELECTED, given).all()
    made = {(row.account_id, row.region, name) for row in rows for name in row.made or ()}
    return _alone([(_switched(row), row.member_of) for row in rows], made)


def _switched(row: Row[tuple[object, ...]]) -> Switched:
    kind = Kind(row.kind)
    return Switched(
        row.id,
        row.account_id,
        row.region,
        row.name,
        observed(kind, row.state, row.desired),
        tuple(row.attachments),
        _spared(row),
        kind,
        order(row.own_order),
        row.type,
        row.hibernation,
        types(row.types) if kind is Kind.INSTANCE else (),
    )


def _spared(row: Row[tuple[object, ...]]) -> str | None:
    """Why schedules leave it as it is; None: they do not."""
    if protects(row.protection):
        return f"it is protected by its tag {PROTECTED_TAG}"
    if row.kept:
        those = "its nodes, or the group behind them:" if row.kind == Kind.NODE_GROUP else "its instances"
        return f"{those} {', '.join(row.kept)} are protected by their tag {PROTECTED_TAG}"
    return None


def _alone(
    found: Sequence[tuple[Switched, str | None]], made: Collection[tuple[str, str, str]]
) -> tuple[Switched, ...]:
    """Without what belongs to a group or cluster that is switched as a whole: members carry its tags, too.

    `made` are the account, region and name of the Auto Scaling groups that EKS made for node groups among these.
    """

    def place(one: Switched) -> tuple[str, str, str]:
        return one.account_id, one.region, short_id(one.resource_id)

    whole = {place(one) for one, _ in found if one.kind in _WHOLES}.union(made)
    return tuple(
        one
        for one, whose in found
        if (whose is None or (one.account_id, one.region, whose) not in whole)
        and (one.kind is not Kind.AUTOSCALING_GROUP or place(one) not in made)
    )


def names(db: Connection, organisation_id: UUID) -> tuple[tuple[str, str, int], ...]:
    """What resources name as their schedule by a tag: the tag's value, the account, and how many."""
    query = text(
        "select tags ->> :tag as name, account_id, count(*) as resources from resource "
        "where organisation_id = :organisation and kind = any(cast(:kinds as text[])) and gone_at is null and tags ? :tag "
        "group by 1, 2 order by 1, 2"
    )
    rows = db.execute(query, {"organisation": organisation_id, "tag": SCHEDULE_TAG, "kinds": list(SWITCHED)})
    return tuple((row.name, row.account_id, row.resources) for row in rows)


def organisations(db: Connection) -> tuple[UUID, ...]:
    """Organisations in which something may be switched."""
    query = text(
        "select organisation_id from schedule where deleted_at is null and enabled "
        "union select organisation_id from schedule_override where ended_at is null order by 1"
    )
    return tuple(db.execute(query).scalars())
