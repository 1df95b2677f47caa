"""What can be replayed of what a selector selects now, and the tags of what schedules switch."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from core.inventory import AutoScalingGroup, Database, Instance, Kind, Resource
from core.schedules.selector import Selector
from core.schedules.switch import SWITCHED
from core.schedules.use import USES
from services.db.stores.resources import by_ids as resources_of
from services.db.stores.resources import resource_of
from services.db.tables.cloud import resources


def replayable(
    db: Connection, organisation_id: UUID, selector: Selector, accounts: Sequence[str] | None
) -> tuple[Resource, ...]:
    """Those of a kind whose hours are measured and billed, in these accounts (None: all), by id.

    An Aurora cluster stands for its instances: theirs are the hours. Its instances by themselves cannot be switched, nor can those of
    an Auto Scaling group, whose hours are the group's; nor the group that EKS made for a node group, which stands for both.
    """
    there = [resources.c.organisation_id == organisation_id, resources.c.gone_at.is_(None)]
    there += [resources.c.account_id.in_(each) for each in (accounts, selector.accounts) if each is not None]
    chosen: list[ColumnElement[bool]] = [resources.c.kind.in_([*USES, Kind.DATABASE_CLUSTER])]
    if selector.kinds is not None:
        chosen.append(resources.c.kind.in_(selector.kinds))
    if selector.regions is not None:
        chosen.append(resources.c.region.in_(selector.regions))
    if selector.tag is not None:
        chosen.append(resources.c.tags.contains(dict([selector.tag])))
    if selector.resource_ids is not None:
        chosen.append(resources.c.id.in_(selector.resource_ids))
    found = [resource_of(row) for row in db.execute(select(resources).where(*there, *chosen))]
    whole = {(each.account_id, each.region, each.short_id) for each in found if each.kind not in USES}
    alone = [each for each in found if each.kind in USES and not _belongs(each)]
    if whole:
        of_clusters = resources.c.details["cluster"].astext.in_([name for *_, name in whole])
        query = select(resources).where(*there, resources.c.kind == Kind.DATABASE, of_clusters)
        members = (resource_of(row) for row in db.execute(query))
        alone += [each for each in members if (each.account_id, each.region, _member(each)) in whole]
    return tuple(sorted(alone, key=lambda each: each.id))


def _belongs(resource: Resource) -> bool:
    """Whether it is part of something that is switched as a whole."""
    if isinstance(resource, Instance):
        return resource.autoscaling_group is not None
    if isinstance(resource, AutoScalingGroup):
        return resource.node_group is not None
    return _member(resource) is not None


def _member(resource: Resource) -> str | None:
    return resource.cluster if isinstance(resource, Database) else None


def instances_of(
    db: Connection, organisation_id: UUID, ids: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Of the clusters among these, the ids of the database instances that are there: theirs are the hours on the bill."""
    found = resources_of(db, organisation_id, sorted(ids))
    clusters = {key: one for key, one in found.items() if one.kind is Kind.DATABASE_CLUSTER}
    if not clusters:
        return {}
    query = select(resources).where(
        resources.c.organisation_id == organisation_id,
        resources.c.kind == Kind.DATABASE,
        resources.c.gone_at.is_(None),
        resources.c.details["cluster"].astext.in_([one.short_id for one in clusters.values()]),
    )
    members: defaultdict[tuple[str, str, str | None], list[str]] = defaultdict(list)
    for one in (resource_of(row) for row in db.execute(query.order_by(resources.c.id))):
        members[one.account_id, one.region, _member(one)].append(one.id)
    return {key: tuple(members[one.account_id, one.region, one.short_id]) for key, one in clusters.items()}


def tags(
    db: Connection, organisation_id: UUID, accounts: Sequence[str] | None
) -> Mapping[Kind, Mapping[str, Mapping[str, str]]]:
    """By kind and id, the tags of everything there is that schedules switch, in these accounts (None: all)."""
    terms = [
        resources.c.organisation_id == organisation_id,
        resources.c.kind.in_(SWITCHED),
        resources.c.gone_at.is_(None),
    ]
    if accounts is not None:
        terms.append(resources.c.account_id.in_(accounts))
    found: defaultdict[Kind, dict[str, Mapping[str, str]]] = defaultdict(dict)
    for row in db.execute(select(resources.c.kind, resources.c.id, resources.c.tags).where(*terms)):
        found[Kind(row.kind)][row.id] = row.tags
    return found
