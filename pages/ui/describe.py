"""A resource in words: its size, owner, and what happens to it next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from core.costs.scope import OWNER_TAGS
from core.costs.spend import ResourceCost
from core.inventory import (
    Address,
    AutoScalingGroup,
    Bucket,
    ContainerService,
    Database,
    Function,
    Instance,
    LoadBalancer,
    LogGroup,
    MapReduceCluster,
    NatGateway,
    NodeGroup,
    Resource,
    Snapshot,
    Volume,
)
from core.periods import midnight
from core.resources import ResourceFilter
from core.savings import monthly_rate
from core.schedules.model import State
from pages.ui import format as fmt
from services.usecases import metrics
from services.usecases.transitions import Transition


def owner(resource: Resource) -> str:
    """Whose it is, by its tags; empty when no tag says."""
    return next((resource.tags[key] for key in OWNER_TAGS if resource.tags.get(key)), "")


_SIZES: Mapping[type[Resource], Callable[[Any], str]] = {
    Instance: lambda it: it.type,
    Volume: lambda it: f"{it.type}, {it.size_gb:,} GB",
    Snapshot: lambda it: f"of {it.size_gb:,} GB",
    Database: lambda it: f"{it.instance_class}, {it.storage_gb:,} GB",
    LogGroup: lambda it: fmt.size(it.stored_bytes),
    Function: lambda it: f"{it.memory_mib:,} MiB",
    LoadBalancer: lambda it: it.type,
    Address: lambda it: it.public_ip,
    MapReduceCluster: lambda it: fmt.count(len(it.instance_ids), "node"),
    AutoScalingGroup: lambda it: fmt.count(it.desired, "instance"),
    NodeGroup: lambda it: fmt.count(it.desired, "node"),
    ContainerService: lambda it: fmt.count(it.desired, "task"),
}


def _sizes(it: AutoScalingGroup | NodeGroup) -> str:
    return f"{it.desired:,} wanted, {it.smallest:,} at least, {it.largest:,} at most"


_LIFECYCLE = {None: fmt.UNKNOWN, True: "yes", False: "none"}
_OWN: Mapping[type[Resource], Callable[[Any], Sequence[tuple[str, str]]]] = {
    Instance: lambda it: (
        ("Type", f"{it.type}, {it.architecture}, {it.platform}"),
        ("Bought as", it.lifecycle),
        ("Zone", it.zone),
        ("Auto Scaling group", it.autoscaling_group or "none"),
    ),
    Volume: lambda it: (
        ("Type", f"{it.type}, {it.size_gb:,} GB"),
        ("Attached to", it.attached_to or "nothing"),
        ("Encrypted", "yes" if it.encrypted else "no"),
    ),
    Snapshot: lambda it: (("Of", f"{it.volume_id}, {it.size_gb:,} GB"),),
    Address: lambda it: (("Address", it.public_ip), ("Associated with", it.associated_with or "nothing")),
    Database: lambda it: (
        ("Class", it.instance_class),
        ("Engine", f"{it.engine} {it.engine_version}"),
        ("Storage", f"{it.storage_type}, {it.storage_gb:,} GB{', Multi-AZ' if it.multi_az else ''}"),
    ),
    LoadBalancer: lambda it: (
        ("Type", it.type),
        ("Targets", fmt.UNKNOWN if it.target_count is None else str(it.target_count)),
    ),
    NatGateway: lambda it: (("Network", f"{it.vpc_id}, {it.subnet_id}"),),
    Bucket: lambda it: (("Lifecycle rules", _LIFECYCLE[it.has_lifecycle]),),
    LogGroup: lambda it: (
        ("Kept for", "ever" if it.retention_days is None else fmt.count(it.retention_days, "day")),
        ("Holds", fmt.size(it.stored_bytes)),
    ),
    MapReduceCluster: lambda it: (
        ("Release", f"{it.release or fmt.UNKNOWN}: {', '.join(it.applications) or 'nothing installed'}"),
        ("Nodes", ", ".join(it.instance_ids) or "none seen"),
        ("Protected against termination", "yes" if it.termination_protected else "no"),
    ),
    Function: lambda it: (("Runtime", f"{it.runtime}, {it.memory_mib:,} MiB, {it.architecture}"),),
    AutoScalingGroup: lambda it: (
        ("Instances", _sizes(it)),
        ("Type", it.instance_type or "several, or not known"),
        ("Members", ", ".join(it.instance_ids) or "none seen"),
        *((("EKS node group", it.node_group),) if it.node_group else ()),
    ),
    NodeGroup: lambda it: (
        ("Nodes", _sizes(it)),
        ("Type", ", ".join(it.instance_types) or fmt.UNKNOWN),
        ("EKS cluster", it.cluster),
        ("Auto Scaling group", ", ".join(it.groups) or "none seen"),
    ),
    ContainerService: lambda it: (
        (
            "Tasks",
            f"{it.desired:,} wanted, {fmt.UNKNOWN if it.running is None else f'{it.running:,}'} running",
        ),
        ("Runs on", it.launch),
        ("ECS cluster", it.cluster),
    ),
}
"""What only one kind of resource has: a kind that is not here has nothing more to say."""


def size(resource: Resource) -> str:
    """What of it is paid for, in a few words."""
    words = _SIZES.get(type(resource))
    return words(resource) if words else ""


def monthly(known: Mapping[str, ResourceCost]) -> dict[str, Decimal | None]:
    """US dollars a month by resource, from what the last full days cost."""
    return {key: monthly_rate(each.cost, each.days) for key, each in known.items()}


def transition(coming: Transition | None, now: datetime) -> str:
    """`stop in 3 hours`; empty for none."""
    if coming is None:
        return ""
    verb = "start" if coming.to is State.RUNNING else "stop"
    return f"{verb} {fmt.ago(coming.at, now)}"


def on_page(wanted: ResourceFilter, number: int, size: int) -> ResourceFilter:
    """The same filter, of a page counted from 1."""
    return replace(wanted, offset=max(0, number - 1) * size, limit=size)


def facts(
    resource: Resource, now: datetime, accounts: Mapping[str, str], things: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """All that we know of it, name and value. `accounts` and `things` are names by id, where known."""
    yield "Id", resource.id
    account = accounts.get(resource.account_id)
    yield "Account", f"{account} ({resource.account_id})" if account else resource.account_id
    yield "Region", resource.region
    yield "Owner", owner(resource) or "no tag says"
    if resource.created_at is not None:
        yield "Created", f"{fmt.when(resource.created_at)} ({fmt.ago(resource.created_at, now)})"
    own = _OWN.get(type(resource))
    for name, value in own(resource) if own else ():
        yield name, f"{things[value]} ({value})" if value in things else value
    if resource.protected:
        yield "Protected", "yes: its tags forbid every action"


def spark(values: Sequence[float | None] | None, now: datetime) -> list[float] | None:
    """The week until now, 0 where there is no sample: the small line cannot have a gap. None where nothing is known."""
    if values is None or all(value is None for value in values):
        return None
    ahead = (midnight(now.date()) + timedelta(days=1) - now) / timedelta(hours=metrics.SPARK_HOURS)
    over = len(values) - ceil(ahead)
    # the step that runs counts once there is a sample of it
    running = values[over : over + 1]
    return [value or 0.0 for value in (*values[:over], *(each for each in running if each is not None))]
