"""What of a group of instances carries the tag that forbids to touch them: told by what was collected anyway, never asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from core.inventory import AutoScalingGroup, Instance, Kind, NodeGroup, Resource


def with_protected(resources: Iterable[Resource], seen: Collection[Kind]) -> list[Resource]:
    """Groups with their protected members filled in, the rest as it is. `seen` are the kinds that were listed whole."""
    found = list(resources)
    protected: defaultdict[str, list[str]] = defaultdict(list)
    for each in found:
        if isinstance(each, Instance) and each.protected and each.autoscaling_group:
            if each.state == "shutting-down":  # it ends already, whatever becomes of its group
                continue
            protected[each.autoscaling_group].append(each.id)
    groups = {each.short_id for each in found if isinstance(each, AutoScalingGroup) and each.protected}
    known = Kind.INSTANCE in seen
    return [_with(each, protected if known else None, groups) for each in found]


def _with(
    resource: Resource, protected: defaultdict[str, list[str]] | None, groups: Collection[str]
) -> Resource:
    if not isinstance(resource, AutoScalingGroup | NodeGroup):
        return resource
    # EKS names no groups of a node group that it is still making: whose its nodes are is not known then
    nameless = isinstance(resource, NodeGroup) and resource.desired > 0 and not resource.groups
    if protected is None or nameless:
        return replace(resource, protected_members=None)
    members = {member for group in resource.groups for member in protected.get(group, ())}
    if isinstance(resource, NodeGroup):  # which would empty the groups behind it, too
        members.update(name for name in resource.groups if name in groups)
    return replace(resource, protected_members=tuple(sorted(members)))


def remembered(known: Resource, fresh: Resource) -> Resource:
    """A group looked at by itself, with the protected members that the last collection saw; of an Auto Scaling group those still in it.

    What AWS answers of a group has no tags of its members: to ask for them would be a call more each time it is looked at.
    """
    if isinstance(known, NodeGroup) and isinstance(fresh, NodeGroup):
        return replace(fresh, protected_members=known.protected_members)
    if isinstance(known, AutoScalingGroup) and isinstance(fresh, AutoScalingGroup):
        members = known.protected_members
        left = None if members is None else tuple(one for one in members if one in fresh.instance_ids)
        return replace(fresh, protected_members=left)
    return fresh
