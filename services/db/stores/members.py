"""What groups and services are made of, as the bill has it: instances and tasks that come and go."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.costs.members import GROUPED, Members, of_group, of_service
from core.inventory import AutoScalingGroup, ContainerService, NodeGroup, Resource
from services.db.stores.resources import by_ids

_INSTANCES = text("""
select id, account_id, region, details ->> 'autoscaling_group' as member_of from resource
where organisation_id = :organisation and kind = 'instance' and (gone_at is null or gone_at >= :since)
  and details ->> 'autoscaling_group' = any(cast(:names as text[]))
""")
"""Goes through the instances once, whatever the number of groups: a join with their places would do so for each of them."""


def grouped(db: Connection, organisation_id: UUID, ids: Collection[str]) -> frozenset[str]:
    """Those of these that are groups or services, gone ones among them."""
    query = text(
        "select id from resource where organisation_id = :organisation and id = any(:ids) and kind = any(:kinds)"
    )
    given = {"organisation": organisation_id, "ids": list(ids), "kinds": sorted(GROUPED)}
    return frozenset(db.execute(query, given).scalars())


def of(db: Connection, organisation_id: UUID, ids: Collection[str], since: datetime) -> Members:
    """Whose the lines of these resources are from a time on, those of the members of groups and services among them; in two queries.

    Members that are gone are theirs, too. One of these is its own, even where a group it belongs to is among them; the Auto Scaling group
    that EKS made for a node group is the node group, where both are.
    """
    whose = {each: each for each in ids}
    found = sorted(by_ids(db, organisation_id, sorted(ids)).values(), key=_nodes_first)
    groups: dict[tuple[str, str, str], str] = {}
    for each in found:
        for place in _groups(each):
            whole = groups.setdefault(place, each.id)
            if isinstance(each, AutoScalingGroup):
                whose[each.id] = whole
    if groups:
        names = sorted({name for *_, name in groups})
        given = {"organisation": organisation_id, "since": since, "names": names}
        for row in db.execute(_INSTANCES, given):
            place = (row.account_id, row.region, row.member_of)
            if place in groups:
                whose.setdefault(row.id, groups[place])
    tags = [(of_group(*place), whole) for place, whole in groups.items()]
    tags += [(of_service(*_place(each), each.cluster, each.short_id), each.id) for each in _services(found)]
    return Members(tuple(sorted(whose.items())), tuple(sorted(tags)))


def _groups(resource: Resource) -> Iterator[tuple[str, str, str]]:
    if isinstance(resource, AutoScalingGroup | NodeGroup):
        yield from ((*_place(resource), name) for name in resource.groups)


def _services(found: Collection[Resource]) -> Iterator[ContainerService]:
    yield from (each for each in found if isinstance(each, ContainerService))


def _place(resource: Resource) -> tuple[str, str]:
    return resource.account_id, resource.region


def _nodes_first(resource: Resource) -> tuple[bool, str]:
    return not isinstance(resource, NodeGroup), resource.id
