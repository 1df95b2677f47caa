"""What groups and services are made of, as the bill has it: instances and tasks that come and go."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.costs.members import Members, of_group, of_service
from core.inventory import AutoScalingGroup, ContainerService, NodeGroup, Resource
from services.db.stores.resources import by_ids

_INSTANCES = text("""
select r.id, g.number
from unnest(cast(:accounts as text[]), cast(:regions as text[]), cast(:names as text[])) with ordinality
     g(account, region, name, number)
  join resource r on r.organisation_id = :organisation and r.kind = 'instance' and r.account_id = g.account
    and r.region = g.region and r.details ->> 'autoscaling_group' = g.name
where r.gone_at is null or r.gone_at >= :since
order by g.number, r.id
""")


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
        places = list(groups)
        accounts, regions, names = (list(part) for part in zip(*places, strict=True))
        given = {"organisation": organisation_id, "since": since}
        given |= {"accounts": accounts, "regions": regions, "names": names}
        for row in db.execute(_INSTANCES, given):
            whose.setdefault(row.id, groups[places[row.number - 1]])
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
