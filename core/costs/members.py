"""Whose a line of the bill is: things that come and go are billed by themselves, and cost what belongs to a group or a service."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from core.inventory import Kind

GROUPED = frozenset({Kind.AUTOSCALING_GROUP, Kind.NODE_GROUP, Kind.CONTAINER_SERVICE})
"""What costs what its instances and tasks do, which come and go."""
_ARNS = (":autoScalingGroup:", ":nodegroup/")
NOBODY = ""
"""Whose something is that counts for itself, of which nothing is asked now."""


def is_grouped(resource_id: str) -> bool:
    """Whether an id is that of one of `GROUPED`."""
    service = resource_id.startswith("arn:") and ":ecs:" in resource_id and ":service/" in resource_id
    return service or any(part in resource_id for part in _ARNS)


INSTANCE, TASK = "instance", "task"
"""What is known by AWS's tags whose it is."""
BETWEEN = "\x1d"
"""Stands between the parts of what it is known by: a character that no name of AWS's may have."""


def of_group(account: str, region: str, name: str) -> str:
    """What an Auto Scaling group's instances are known by, `name` being the value of AWS's tag `aws:autoscaling:groupName`."""
    return BETWEEN.join((INSTANCE, account, region, name))


def of_service(account: str, region: str, cluster: str, name: str) -> str:
    """What an ECS service's tasks are known by: the values of AWS's tags `aws:ecs:clusterName` and `aws:ecs:serviceName`."""
    return BETWEEN.join((TASK, account, region, cluster, name))


@dataclass(frozen=True)
class Members:
    """Pairs of what is billed and whose it is: by resource id, and by AWS's tags (as `of_group`, `of_service`) for what has none there.

    Whatever is billed is at most one's, so that no dollar is counted twice. What is asked about itself is its own.
    """

    by_id: tuple[tuple[str, str], ...]
    by_tag: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _whose(self) -> dict[str, str]:
        return dict(self.by_id)

    def whose(self, resource_id: str) -> str:
        """Whose a resource's lines are: its own where nothing else is said."""
        return self._whose.get(resource_id, resource_id)

    def only(self, wholes: Collection[str]) -> "Members":
        """Those of some; what belongs to others is still theirs, and is left out of these."""
        kept = frozenset(wholes)
        tags = tuple(pair for pair in self.by_tag if pair[1] in kept)
        others = ((key, whole if whole in kept else NOBODY) for key, whole in self.by_id)
        # Without tags nothing is found but by its id: what is others' need not be named.
        return Members(tuple(pair for pair in others if tags or pair[1] != NOBODY), tags)

    def billed(self, *wholes: str) -> tuple[str, ...]:
        """The ids under which these are billed, as far as ids tell: what has no members, under its own."""
        wanted = frozenset(wholes)
        members = (key for key, whole in self.by_id if whole in wanted)
        return tuple(sorted({*members, *(each for each in wanted if each not in self._whose)}))


NO_MEMBERS = Members(())


def alone(ids: Collection[str]) -> Members:
    """Resources that are billed under their own ids."""
    return Members(tuple((each, each) for each in sorted(set(ids))))
